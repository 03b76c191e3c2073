/// A value that ``JSONReader`` has passed: its kind and its place in the text. Its grammar has been checked.
@frozen
public struct JSONToken: Sendable, Hashable {
    /// What a value is.
    @frozen
    public enum Kind: Sendable, Hashable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// `isInteger`: written without fraction and exponent.
        case number(isInteger: Bool)
        /// `hasEscapes`: its characters are not its bytes.
        case string(hasEscapes: Bool)
        /// An array, stepped over as a whole.
        case array
        /// An object, stepped over as a whole.
        case object
    }

    /// What it is.
    public var kind: Kind
    /// Where it stands; a string's without its quotes.
    public var range: Range<Int>

    @inlinable
    init(kind: Kind, range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

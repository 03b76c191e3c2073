/// A value or key that a ``JSONReader`` has passed: its kind and its place in the text. Its grammar has been checked.
///
/// The token holds no characters: ``JSONReader/string(_:)``, ``JSONReader/double(_:)`` and ``JSONReader/integer(_:)``
/// decode it. A value, safe to use from any thread.
@frozen
public struct JSONToken: Sendable, Hashable {
    /// What kind of value a token is.
    @frozen
    public enum Kind: Sendable, Hashable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number; `isInteger` tells that it is written without fraction and exponent.
        case number(isInteger: Bool)
        /// A string; `hasEscapes` tells that it contains escape sequences, so that its bytes are not its characters.
        case string(hasEscapes: Bool)
        /// An array, stepped over as a whole.
        case array
        /// An object, stepped over as a whole.
        case object
    }

    /// The kind of the value, with its content where that is a word.
    public var kind: Kind
    /// The indices of the value in ``JSONReader/bytes``; those of a string leave out its quotation marks.
    public var range: Range<Int>

    @inlinable
    init(kind: Kind, range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

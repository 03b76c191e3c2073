/// A value that ``JSONReader`` has passed: its kind and its place in the text. Its grammar has been checked.
struct JSONToken {
    enum Kind: Equatable {
        case null
        case bool(Bool)
        /// `isInteger`: written without fraction and exponent.
        case number(isInteger: Bool)
        case string(hasEscapes: Bool)
        case array
        case object
    }

    var kind: Kind
    /// Where it stands; a string's without its quotes.
    var range: Range<Int>
}

/// The error for bytes that are not a JSON text (RFC 8259), with the reason and the place.
///
/// Texts that the grammar allows and the limits of the library do not are errors too: too many levels, or a number that
/// is too long. Reading the same text again always fails. An immutable value, safe to use from any thread.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a phrase such as `expected a digit`.
    public let reason: String
    /// How many bytes stand before the place, from the start of the array that was read; a byte order mark counts.
    public let offset: Int
    /// Whether it is a limit of the library that refuses the value, and not the structure of the text.
    ///
    /// True for too many levels, a number that is too long or beyond Double's range, half a surrogate pair, a string
    /// that is not UTF-8, and keys that Unicode takes for equal: where such a value ends can still be told, see
    /// ``JSONReader/skipByStructure()``.
    public let isLimit: Bool

    /// The reason and the place in one phrase, such as `expected a digit at byte 2`.
    public var description: String { "\(reason) at byte \(offset)" }

    /// Makes an error, for callers that read a part of a text themselves.
    ///
    /// - Parameters:
    ///   - reason: What is wrong, as a phrase.
    ///   - offset: How many bytes stand before the place.
    ///   - isLimit: Whether it is a limit that refuses the value, and not the structure of the text.
    @inlinable
    public init(reason: String, offset: Int, isLimit: Bool = false) {
        self.reason = reason
        self.offset = offset
        self.isLimit = isLimit
    }
}

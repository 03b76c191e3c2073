/// Why bytes are not a JSON text (RFC 8259), and where.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, as a phrase.
    public let reason: String
    /// The place, in bytes from the start of the text; a byte order mark counts.
    public let offset: Int

    /// The reason and the place in one phrase.
    public var description: String { "\(reason) at byte \(offset)" }

    /// An error at `offset`, for callers that read a part of a text themselves.
    @inlinable
    public init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// Why bytes are no JSON text (RFC 8259), and where.
public struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
    /// What was wrong, as a phrase.
    public let reason: String
    /// The place, in bytes from the start of the text; a byte order mark counts.
    public let offset: Int

    /// The reason and the place in one phrase.
    public var description: String { "\(reason) at byte \(offset)" }
}

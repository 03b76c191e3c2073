/// Why bytes are no JSON text (RFC 8259), and where.
package struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
    /// What was wrong, as a phrase.
    package let reason: String
    /// The place, in bytes from the start of the text; a byte order mark counts.
    package let offset: Int

    /// The reason and the place in one phrase.
    package var description: String { "\(reason) at byte \(offset)" }
}

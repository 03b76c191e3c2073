/// Why bytes are no AMQP 0-9-1, after which the connection cannot be used any further; or why something cannot be
/// encoded, after which it can.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reply code with which the connection is to be closed: 501 frame error, 502 syntax error, 503 command
    /// invalid, 505 unexpected frame, 540 not implemented (section 1.2 of the reference).
    public var replyCode: UInt16
    /// What is wrong, and where.
    public var message: String

    /// An error with that reply code.
    public init(replyCode: UInt16, message: String) {
        self.replyCode = replyCode
        self.message = message
    }

    /// Code and message, for logs.
    public var description: String { "AMQP \(replyCode): \(message)" }
}

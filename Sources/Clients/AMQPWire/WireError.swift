/// Why bytes are not AMQP 0-9-1, after which the connection cannot be used any further; or why something cannot be
/// encoded, after which it can.
///
/// A value; safe to use from any thread.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reply code with which the connection is to be closed: 403 access refused, 406 precondition failed, 501 frame
    /// error, 502 syntax error, 503 command invalid, 504 channel error, 505 unexpected frame, 506 resource error, 540
    /// not implemented (AMQP 0-9-1 reference, section 1.2).
    public var replyCode: UInt16
    /// What is wrong, and where, for people.
    public var message: String

    /// Makes an error, such as one of a client that finds the peer at fault.
    ///
    /// - Parameters:
    ///   - replyCode: the reply code with which the connection is to be closed.
    ///   - message: what is wrong, and where, without passwords.
    public init(replyCode: UInt16, message: String) {
        self.replyCode = replyCode
        self.message = message
    }

    /// The reply code and the message, for logs.
    public var description: String { "AMQP \(replyCode): \(message)" }
}

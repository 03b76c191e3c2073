/// Why a connection or a request failed.
public struct NetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by.
    public enum Code: Sendable, Hashable {
        /// The name has no address, or nothing listens there, or the host cannot be reached.
        case unreachable
        /// The time was up.
        case timedOut
        /// The peer's certificate was not accepted, or TLS failed otherwise.
        case tls
        /// The connection broke.
        case disconnected
        /// This side closed it, or the task was cancelled.
        case closed
        /// An answer above the bounds.
        case tooLarge
        /// Anything else; the text tells.
        case failed
    }

    /// What kind of failure.
    public let code: Code
    /// What happened, to what, and what to do next; without secrets.
    public let message: String

    /// An error with a text for people.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// Why a connection or a request failed.
///
/// A value type: safe to hand to any task.
public struct NetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by; a struct, so that a new kind breaks nobody's `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case unreachable, timedOut, tls, disconnected, closed, tooLarge, failed
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The name of the kind.
        public var description: String { kind.rawValue }

        /// The name has no address, or nothing listens there, or the host cannot be reached.
        public static let unreachable = Code(.unreachable)
        /// The time was up.
        public static let timedOut = Code(.timedOut)
        /// The peer's certificate was not accepted, a file of certificates or keys cannot be used, or TLS failed for
        /// another reason.
        public static let tls = Code(.tls)
        /// The connection broke.
        public static let disconnected = Code(.disconnected)
        /// This side closed the connection, or the task was cancelled.
        public static let closed = Code(.closed)
        /// An answer is above the bounds.
        public static let tooLarge = Code(.tooLarge)
        /// Anything else; the text tells.
        public static let failed = Code(.failed)
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

    /// Whether the same call may well succeed a little later with nothing changed on this side: `.unreachable`,
    /// `.timedOut` and `.disconnected`. The others need somebody to change something (`.tls`, `.tooLarge`, `.failed`), or
    /// were wanted (`.closed`).
    ///
    /// After `.timedOut` and `.disconnected` the peer may have done what it was asked all the same: repeat only what does
    /// no harm when it is done twice. A stream that has failed stays so; connect a new one.
    public var isRetriable: Bool {
        switch code {
        case .unreachable, .timedOut, .disconnected: true
        default: false
        }
    }
}

/// Why something that was asked of a broker did not happen.
public struct AMQPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by; a struct, so that a new kind breaks nobody's `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case invalidURI, unreachable, tls, accessRefused, notAllowed, notFound, preconditionFailed
            case resourceLocked, channelClosed, connectionClosed, connectionLost, timedOut, blocked, closed
            case protocolViolation, unencodable, consumerCancelled
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The name of the kind.
        public var description: String { kind.rawValue }

        /// A connection address that cannot be read.
        public static let invalidURI = Code(.invalidURI)
        /// Nothing answers there.
        public static let unreachable = Code(.unreachable)
        /// TLS failed: a certificate that is not trusted, a wrong name.
        public static let tls = Code(.tls)
        /// Wrong user, password or permissions (reply code 403).
        public static let accessRefused = Code(.accessRefused)
        /// The broker forbids it (reply code 530): an unknown virtual host, too many channels.
        public static let notAllowed = Code(.notAllowed)
        /// No such queue or exchange (reply code 404).
        public static let notFound = Code(.notFound)
        /// It exists with other properties, or an unknown delivery tag (reply code 406).
        public static let preconditionFailed = Code(.preconditionFailed)
        /// Exclusive to another connection (reply code 405).
        public static let resourceLocked = Code(.resourceLocked)
        /// The broker closed the channel for another reason; the connection goes on.
        public static let channelClosed = Code(.channelClosed)
        /// The broker closed the connection for another reason.
        public static let connectionClosed = Code(.connectionClosed)
        /// The connection broke, or the broker fell silent.
        public static let connectionLost = Code(.connectionLost)
        /// No answer in time.
        public static let timedOut = Code(.timedOut)
        /// The broker, or the connection to it, takes no messages at the moment.
        public static let blocked = Code(.blocked)
        /// This side closed it.
        public static let closed = Code(.closed)
        /// The peer sent what AMQP 0-9-1 does not allow.
        public static let protocolViolation = Code(.protocolViolation)
        /// A name, table or message that does not fit its field; nothing was sent.
        public static let unencodable = Code(.unencodable)
        /// The broker ended the consumer: its queue was deleted or moved.
        public static let consumerCancelled = Code(.consumerCancelled)
    }

    /// What kind of failure.
    public let code: Code
    /// What happened and to what; without passwords.
    public let message: String
    /// The broker's reply code (section 1.2 of the specification's reference), if it gave one.
    public let replyCode: UInt16?

    /// Whether the same call may succeed later although nobody changes anything: what is away comes back, what is full
    /// empties. False for what people have to repair, such as a login, and for calls that are wrong.
    public var isRetriable: Bool {
        switch code {
        case .unreachable, .channelClosed, .connectionClosed, .connectionLost, .timedOut, .blocked, .consumerCancelled:
            true
        default: false
        }
    }

    /// Whether the broker refuses the login, the virtual host or the permission.
    var isRefusal: Bool { code == .accessRefused || code == .notAllowed }

    /// An error of that kind.
    public init(_ code: Code, _ message: String, replyCode: UInt16? = nil) {
        self.code = code
        self.message = message
        self.replyCode = replyCode
    }

    /// The message.
    public var description: String { message }
}

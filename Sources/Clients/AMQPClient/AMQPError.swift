/// Why something that was asked of a broker did not happen.
///
/// Compare ``code``; show ``message`` to people; repeat what ``isRetriable`` says may succeed later. A value; safe to
/// use from any thread.
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

        /// The address cannot be read, or there is no endpoint to connect to.
        public static let invalidURI = Code(.invalidURI)
        /// The host has no address, or nothing answers there.
        public static let unreachable = Code(.unreachable)
        /// TLS failed: a certificate is not trusted, or has another name.
        public static let tls = Code(.tls)
        /// The broker refuses the user, the password or the permission (reply code 403), or another consumer is
        /// exclusive.
        public static let accessRefused = Code(.accessRefused)
        /// The broker or the client does not allow the call (reply code 530): an unknown virtual host, too many
        /// channels, a consumer's name that is taken, a second task that takes deliveries.
        public static let notAllowed = Code(.notAllowed)
        /// The queue or exchange does not exist (reply code 404).
        public static let notFound = Code(.notFound)
        /// The queue or exchange exists with other properties, or is in use, or a delivery tag is unknown (reply code
        /// 406).
        public static let preconditionFailed = Code(.preconditionFailed)
        /// The queue is exclusive to another connection (reply code 405).
        public static let resourceLocked = Code(.resourceLocked)
        /// The broker closed the channel for another reason, which ``AMQPError/replyCode`` tells; the connection goes
        /// on.
        public static let channelClosed = Code(.channelClosed)
        /// The broker closed the connection for another reason, which ``AMQPError/replyCode`` tells.
        public static let connectionClosed = Code(.connectionClosed)
        /// The connection broke, or the broker fell silent, or a session is not connected yet.
        public static let connectionLost = Code(.connectionLost)
        /// The broker did not answer in time.
        public static let timedOut = Code(.timedOut)
        /// The broker, or the connection to it, takes no messages at the moment; nothing was sent.
        public static let blocked = Code(.blocked)
        /// This side closed the connection, the channel, the session or the consumer, or cancelled connecting.
        public static let closed = Code(.closed)
        /// The peer sent what AMQP 0-9-1 does not allow.
        public static let protocolViolation = Code(.protocolViolation)
        /// A name, table, number or message does not fit its field; nothing was sent.
        public static let unencodable = Code(.unencodable)
        /// The broker ended the consumer: its queue was deleted or has moved.
        public static let consumerCancelled = Code(.consumerCancelled)
    }

    /// The kind of failure, for the program.
    public let code: Code
    /// What happened and to what, for people; without passwords.
    public let message: String
    /// The broker's reply code (AMQP 0-9-1 reference, section 1.2), if it gave one.
    public let replyCode: UInt16?

    /// Whether the same call may succeed later although nobody changes anything: a broker that is away comes back, a
    /// full one has room again. False for what people have to repair, such as a login, and for calls that are wrong.
    public var isRetriable: Bool {
        switch code {
        case .unreachable, .channelClosed, .connectionClosed, .connectionLost, .timedOut, .blocked, .consumerCancelled:
            true
        default: false
        }
    }

    /// Whether the broker refuses the login, the virtual host or the permission.
    var isRefusal: Bool { code == .accessRefused || code == .notAllowed }

    /// Whether connecting has failed for a reason that only people can mend: the broker refuses the login, the virtual
    /// host or a permission, or one more connection; TLS does not come about; what answers is no broker.
    public var isLastingRefusal: Bool { isRefusal || code == .tls || code == .protocolViolation }

    /// Makes an error, such as one that a topology throws.
    ///
    /// - Parameters:
    ///   - code: the kind of failure.
    ///   - message: what happened and to what, without passwords.
    ///   - replyCode: the broker's reply code; nil when the broker gave none.
    public init(_ code: Code, _ message: String, replyCode: UInt16? = nil) {
        self.code = code
        self.message = message
        self.replyCode = replyCode
    }

    /// The ``message``.
    public var description: String { message }
}

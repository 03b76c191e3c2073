public import BoltWire

/// Why something that was asked of a server did not happen.
///
/// Compare ``code``; show ``message`` to people; repeat what ``isRetriable`` says may succeed later, unless the outcome
/// of the first time is unknown and doing it twice does harm. A value; safe to use from any thread.
public struct BoltError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by; a struct, so that a new kind breaks nobody's `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case invalidURI, unreachable, tls, timedOut, accessRefused, failed, connectionLost, noServer, busy, closed
            case protocolViolation, unencodable, misuse, tooManyRecords
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The name of the kind.
        public var description: String { kind.rawValue }

        /// The address cannot be read.
        public static let invalidURI = Code(.invalidURI)
        /// The host has no address, or nothing answers there.
        public static let unreachable = Code(.unreachable)
        /// TLS failed: a certificate is not trusted, or has another name.
        public static let tls = Code(.tls)
        /// The server did not answer in time, or there was no connection in time.
        public static let timedOut = Code(.timedOut)
        /// The server refuses the user, the password, the token or the permission (`Neo.ClientError.Security`).
        public static let accessRefused = Code(.accessRefused)
        /// The server refused a request for another reason, which ``BoltError/failure`` tells.
        public static let failed = Code(.failed)
        /// The connection broke.
        public static let connectionLost = Code(.connectionLost)
        /// The cluster has no server for the request at the moment, or none of its servers can be reached.
        public static let noServer = Code(.noServer)
        /// As many callers as may wait for a connection do so already.
        public static let busy = Code(.busy)
        /// This side closed the driver, or the task was cancelled.
        public static let closed = Code(.closed)
        /// The peer does not speak Bolt, or sent what Bolt does not allow.
        public static let protocolViolation = Code(.protocolViolation)
        /// A parameter cannot be sent; nothing was sent.
        public static let unencodable = Code(.unencodable)
        /// The call is not allowed now, such as a query in a transaction that has ended; nothing was sent.
        public static let misuse = Code(.misuse)
        /// A result has more records than the caller wants to hold.
        public static let tooManyRecords = Code(.tooManyRecords)
    }

    /// The kind of failure, for the program.
    public let code: Code
    /// What happened and to what, for people; without passwords.
    public let message: String
    /// The server's own words and code; nil when the server did not refuse anything.
    public let failure: BoltFailure?
    /// Whether the server may have committed what was asked, or not: the connection broke, or the time was up, while the
    /// answer to a COMMIT or to a writing query of its own was awaited.
    public let isOutcomeUnknown: Bool

    /// Makes an error, such as one that a body of a transaction throws.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What happened and to what, without passwords.
    ///   - failure: The server's own words; nil when the server did not refuse anything.
    ///   - isOutcomeUnknown: Whether the server may have committed what was asked.
    public init(_ code: Code, _ message: String, failure: BoltFailure? = nil, isOutcomeUnknown: Bool = false) {
        self.code = code
        self.message = message
        self.failure = failure
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// Whether the same call may succeed later although nobody changes anything: a server comes back, a deadlock is
    /// resolved, a cluster elects its leader. False for what people have to repair, such as a password, and for calls
    /// that are wrong.
    public var isRetriable: Bool {
        switch code {
        case .unreachable, .timedOut, .connectionLost, .noServer, .busy: true
        case .failed, .accessRefused: failure?.isRetriable ?? false
        default: false
        }
    }

    /// The ``message``.
    public var description: String { message }
}

extension BoltFailure {
    /// Whether the same call may succeed later, perhaps on another server, although nobody changes anything: what the
    /// server calls transient, a server that is not the leader any more, a login whose authorization has expired, and a
    /// transaction that the server ended for its time. Official drivers do not repeat the last kind by themselves.
    public var isRetriable: Bool {
        isTransient || isWrongServer || code == Self.authorizationExpired || hasChangedNothing
            || Self.ended.contains(code)
    }

    /// Whether the server is the wrong one for a writer: the cluster has another leader.
    public var isWrongServer: Bool { Self.wrongServer.contains(code) }

    static let authorizationExpired = "Neo.ClientError.Security.AuthorizationExpired"
    static let tokenExpired = "Neo.ClientError.Security.TokenExpired"
    static let databaseUnavailable = "Neo.TransientError.General.DatabaseUnavailable"

    private static let wrongServer: Set = [
        "Neo.ClientError.Cluster.NotALeader", "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    ]

    private static let ended: Set = [
        "Neo.ClientError.Transaction.TransactionTimedOut",
        "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
        "Neo.ClientError.Transaction.LockClientStopped", "Neo.ClientError.Transaction.Terminated",
    ]
}

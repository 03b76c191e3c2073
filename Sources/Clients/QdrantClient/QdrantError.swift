/// Why something that was asked of Qdrant did not happen, or is not known to have happened.
///
/// Compare ``code``; show ``message`` to people; repeat what ``isRetriable`` says may succeed later. A value; safe to use
/// from any thread.
public struct QdrantError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by; a struct, so that a new kind breaks nobody's `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case invalidURL, unreachable, tls, timedOut, connectionLost, busy, closed, accessRefused, notFound, conflict
            case rejected, rateLimited, outOfStorage, unavailable, notApplied, malformedAnswer, tooLarge, unencodable
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The name of the kind.
        public var description: String { kind.rawValue }

        /// The address cannot be read.
        public static let invalidURL = Code(.invalidURL)
        /// The host has no address, or nothing answers there.
        public static let unreachable = Code(.unreachable)
        /// TLS failed: a certificate is not trusted, or has another name.
        public static let tls = Code(.tls)
        /// The time was up, here or at the server (408).
        public static let timedOut = Code(.timedOut)
        /// The connection broke.
        public static let connectionLost = Code(.connectionLost)
        /// As many callers as may wait for a connection do so already.
        public static let busy = Code(.busy)
        /// This side closed the driver, or the task was cancelled.
        public static let closed = Code(.closed)
        /// The API key is missing, wrong, or not allowed to do this (401, 403).
        public static let accessRefused = Code(.accessRefused)
        /// There is no such collection, point or path (404).
        public static let notFound = Code(.notFound)
        /// The collection exists already, or another request is in the way (409).
        public static let conflict = Code(.conflict)
        /// The server cannot accept the request as it stands: its form, its values, or a limit of strict mode (400, 413,
        /// 422 and other codes from 400 on).
        public static let rejected = Code(.rejected)
        /// Too many requests in this time (429); ``QdrantError/retryAfter`` may say how long to wait.
        public static let rateLimited = Code(.rateLimited)
        /// A quota of memory or disk is used up (507).
        public static let outOfStorage = Code(.outOfStorage)
        /// The server, or a proxy before it, has trouble (500 and above).
        public static let unavailable = Code(.unavailable)
        /// The server has answered, and has not done all of it, or not yet: `wait_timeout`, or `acknowledged` although the
        /// request was to be waited for.
        public static let notApplied = Code(.notApplied)
        /// What came is not an answer of Qdrant.
        public static let malformedAnswer = Code(.malformedAnswer)
        /// The request or the answer is above the bounds of ``QdrantConfiguration``.
        public static let tooLarge = Code(.tooLarge)
        /// A value cannot be sent, such as a vector with an infinite number; nothing was sent.
        public static let unencodable = Code(.unencodable)
    }

    /// The kind of failure, for the program.
    public let code: Code
    /// What happened and to what, for people, with the server's own text; without the API key.
    public let message: String
    /// The status of the answer; nil when there was none.
    public let status: Int?
    /// How long the server asks to wait before the next request; nil when it does not say.
    public let retryAfter: Duration?
    /// Whether the server may have done what was asked, wholly or in part, or may still do it: the connection broke or the
    /// time was up before the answer to a write, or the answer does not say that all of it is done. Repeat such a write
    /// until it succeeds: all writes of points may be repeated.
    public let isOutcomeUnknown: Bool

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What happened and to what, without secrets.
    ///   - status: The status of the answer, if there was one.
    ///   - retryAfter: How long to wait before the next request.
    ///   - isOutcomeUnknown: Whether the server may have done what was asked.
    public init(
        _ code: Code, _ message: String, status: Int? = nil, retryAfter: Duration? = nil, isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// Whether the same call may succeed later although nobody changes the call: the server comes back, gets room, or has
    /// less to do. False for what people have to repair, such as an API key, and for calls that are wrong.
    public var isRetriable: Bool {
        switch code {
        case .unreachable, .timedOut, .connectionLost, .busy, .rateLimited, .outOfStorage, .unavailable, .notApplied:
            true
        default: false
        }
    }

    /// The ``message``.
    public var description: String { message }
}

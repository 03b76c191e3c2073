public import HTTPMessages
public import HTTPWire

/// How a server listens, what it accepts and how long it waits. Every bound that a client could reach is here.
public struct HTTPServerConfiguration: Sendable {
    /// Where to listen: a numeric IPv4 or IPv6 address, `localhost` (127.0.0.1), `0.0.0.0` for every IPv4 address, or one of
    /// `*`, `::` for every address: IPv6 and IPv4 where the system has both, else IPv4. Default: 127.0.0.1.
    public var host: String
    /// The port; 0 lets the system pick one, which `HTTPServer.start()` returns.
    public var port: Int
    /// How many connections the system holds that are not accepted yet; the system has its own bound, too.
    public var backlog: Int
    /// How many connections are served at a time; above it a client is answered 503 and closed. Held below the
    /// process's limit of open descriptors in any case, with a margin for what else it opens. Default: 10,000.
    public var maxConnections: Int
    /// How many connections one address may have; nil, the default, for no bound (behind a proxy all have the same).
    public var maxConnectionsPerAddress: Int?
    /// How many bytes a request line and its header fields may have together. Default: 8,192.
    public var maxHeaderBytes: Int
    /// How many header fields a request may have. Default: 128.
    public var maxHeaderFields: Int
    /// How many bytes a body may have. Default: 16 MiB.
    public var maxBodyBytes: Int
    /// A bound by method and decoded path that takes the place of `maxBodyBytes`. It runs on the server's loop: it
    /// has to be quick.
    public var bodyLimit: (@Sendable (HTTPMethod, String) -> Int)?
    /// How many bytes of requests may be in memory at a time over all connections: bodies until they are handled, and
    /// what clients send ahead. Above it requests are answered 503. Default: 64 MiB.
    public var maxBufferedBodyBytes: Int
    /// How many bytes of answers may wait for clients that do not take them, over all connections; a stream that waits
    /// counts with its buffer, too. Above it answers to GET of more than 16 KiB, and new streams, become a 503; answers to
    /// other methods are sent, since what they tell of has happened. Default: 64 MiB.
    public var maxBufferedAnswerBytes: Int
    /// How many handlers may be under way, those included that were given up by timeout but have not returned yet;
    /// above it requests are answered 503. Default: 10,000.
    public var maxConcurrentHandlers: Int
    /// Requests with at most so many bytes of body are handled on the server's loop rather than on Swift's pool, as
    /// far as the handler does not call actors elsewhere: right for handlers that mostly wait, since two changes of
    /// threads a request are saved, wrong for those that compute. Default: -1, none.
    public var inlineBodyLimit: Int
    /// How long the server waits for what.
    public var timeouts: Timeouts
    /// How many event loops serve connections, each on a thread of its own. Default: 1, which serves more requests than
    /// two processors have handlers for.
    public var loops: Int
    /// TLS, or nil for plain HTTP.
    public var tls: HTTPServerTLS?
    /// Renders what the server answers by itself. It runs on the server's loop: it has to be quick.
    public var refusal: @Sendable (HTTPRefusal) -> HTTPResponse
    /// Makes the answer, in place of ``refusal``, where a handler's time is over that has left a note
    /// (``HTTPRequest/leave(note:)``), from that note. It runs on the server's loop: it has to be quick.
    public var lateAnswer: (@Sendable (any Sendable) -> HTTPResponse)?
    /// Told what an operator should know. It runs on the server's loop: it has to be quick.
    public var report: @Sendable (HTTPServerNotice) -> Void

    /// How long the server waits for what. A deadline is noticed up to 50 ms late.
    public struct Timeouts: Sendable, Hashable {
        /// From the start of a connection, or from the request line, to the end of the head.
        public var head: Duration = .seconds(15)
        /// From the end of the head to the end of the body.
        public var body: Duration = .seconds(60)
        /// From the end of the body to the handler's answer; then the client gets a 503 and the handler is cancelled.
        public var handler: Duration = .seconds(60)
        /// For the client to read each 256 KiB of an answer or a stream, or the time's share of less: a client that stops
        /// is cut off after it, one that is slower soon after it, however little it reads at a time.
        public var write: Duration = .seconds(30)
        /// From the first byte of a request to the last one of its answer; streams are not bounded by it.
        public var whole: Duration = .seconds(300)
        /// Between two requests.
        public var idle: Duration = .seconds(75)

        /// The defaults: 15 s, 60 s, 60 s, 30 s, 300 s and 75 s.
        public init() {}
    }

    /// The defaults named at each property.
    public init(host: String = "127.0.0.1", port: Int = 0) {
        self.host = host
        self.port = port
        backlog = 1_024
        maxConnections = 10_000
        maxConnectionsPerAddress = nil
        maxHeaderBytes = 8_192
        maxHeaderFields = 128
        maxBodyBytes = 16 << 20
        bodyLimit = nil
        maxBufferedBodyBytes = 64 << 20
        maxBufferedAnswerBytes = 64 << 20
        maxConcurrentHandlers = 10_000
        inlineBodyLimit = -1
        timeouts = Timeouts()
        loops = 1
        tls = nil
        refusal = { $0.plainText }
        lateAnswer = nil
        report = { _ in }
    }
}

/// A certificate chain and its key. Both in PEM, the key unencrypted.
public struct HTTPServerTLS: Sendable {
    /// The certificate, followed by the intermediate ones.
    public var certificateChain: [UInt8]
    /// The private key of the first certificate.
    public var privateKey: [UInt8]

    /// Pairs a chain and a key.
    public init(certificateChain: [UInt8], privateKey: [UInt8]) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}

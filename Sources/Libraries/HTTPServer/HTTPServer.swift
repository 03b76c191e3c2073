public import EventLoops

/// An HTTP/1.1 server, plain or with TLS, over libmicrohttpd.
///
/// Each request is handed to the handler once it has come whole, in a task of its own on Swift's pool, unless the
/// configuration says otherwise; the server's event loop only moves bytes. Everything a client controls is bounded, in
/// size and in time, by the configuration.
///
/// What libmicrohttpd answers before it calls anything cannot be rendered by `HTTPServerConfiguration.refusal` and is
/// a short HTML page, after which the connection is closed: a request line or header field it cannot parse (400), a
/// `Content-Length` that is not a number (400), one or a chunk's size that is too large for 64 bits (413), a malformed chunk
/// (400), a head far above `maxHeaderBytes` (414, 431), an HTTP version it does not know (505). A request line that has
/// no space, or begins with one, it does not answer at all.
///
/// It has to be stopped: a server that listens stays alive when the last reference to it is dropped.
/// Safe to use from any task. Linux only, as it is built on epoll.
public actor HTTPServer: EventLoopActor {
    private enum Phase {
        case ready
        case running(Engine)
        case stopped
    }

    /// The server's own loop, or the one that it shares.
    public nonisolated let executor: EventLoop
    private let configuration: HTTPServerConfiguration
    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    private var phase = Phase.ready
    private var finalStatistics = HTTPServerStatistics()

    /// Makes a server that is not started. The handler's task is cancelled when its client has gone or when the
    /// server has waited long enough while stopping; what it returns then is dropped.
    ///
    /// - Parameter executor: the loop to serve on, if it is shared with actors that the handler calls; by default one
    ///   of the server's own.
    public init(
        configuration: HTTPServerConfiguration, executor: EventLoop? = nil,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        self.configuration = configuration
        self.handler = handler
        self.executor = executor ?? EventLoop(label: "HTTPServer")
    }

    /// Listens, and returns where: the port is the one the system picked if the configuration's was 0.
    @discardableResult
    public func start() throws(HTTPServerError) -> HTTPAddress {
        guard case .ready = phase else { throw .notStartable }
        let engine = Engine(
            configuration: configuration, handler: handler, engineAccess: EngineAccess(server: self))
        let address = try engine.start()
        phase = .running(engine)
        return address
    }

    /// Takes a new certificate for connections that are made from now on. Open ones keep theirs; those that wait for
    /// a next request are closed, the others after their answer. Throws and changes nothing if it is not valid.
    public func reloadCertificate(_ tls: HTTPServerTLS) throws(HTTPServerError) {
        guard case .running(let engine) = phase else { throw .notStartable }
        guard configuration.tls != nil else { throw .noTLS }
        try engine.replaceDaemon(tls: tls)
    }

    /// Stops. Closes the listening socket and idle connections, ends streams that never end by themselves, and waits
    /// up to `drain` for requests under way; then cancels their handlers and closes their connections. Returns once all
    /// connections are closed. A second call waits for the first.
    public func stop(drain: Duration = .seconds(10)) async {
        switch phase {
        case .ready:
            phase = .stopped
        case .stopped:
            break
        case .running(let engine):
            await withCheckedContinuation { continuation in
                engine.stop(drain: drain) { continuation.resume() }
            }
            finalStatistics = engine.statistics
            phase = .stopped
        }
    }

    /// What the server has done and holds; after `stop`, what it had done then.
    public var statistics: HTTPServerStatistics {
        if case .running(let engine) = phase { engine.statistics } else { finalStatistics }
    }

    fileprivate var engine: Engine? {
        if case .running(let engine) = phase { engine } else { nil }
    }
}

/// The way from the event loop and tasks to the engine, which may only be touched on the loop.
struct EngineAccess: Sendable {
    private let server: HTTPServer
    let loop: EventLoop
    /// For tasks that are to run on the loop.
    let taskExecutor: EventLoopTaskExecutor

    fileprivate init(server: HTTPServer) {
        self.server = server
        loop = server.executor
        taskExecutor = EventLoopTaskExecutor(sharing: server.executor)
    }

    /// Lends the engine to a caller that runs on the loop.
    private func enter(_ body: @Sendable (Engine) -> Void) {
        server.assumeIsolated { server in
            if let engine = server.engine { body(engine) }
        }
    }

    /// Has `body` run on the loop, later.
    func schedule(_ body: @escaping @Sendable (Engine) -> Void) {
        loop.schedule { enter(body) }
    }

    /// Has `body` run on the loop after a number of nanoseconds.
    func schedule(after nanoseconds: UInt64, _ body: @escaping @Sendable (Engine) -> Void) -> EventLoopTimer {
        loop.schedule(after: .nanoseconds(Int64(clamping: nanoseconds))) { enter(body) }
    }

    /// Has `body` run on the loop whenever `descriptor` is readable.
    func watch(_ descriptor: Int32, _ body: @escaping @Sendable (Engine) -> Void) -> DescriptorWatch {
        loop.watch(descriptor, for: .readable) { enter(body) }
    }
}

public import EventLoops
import Glibc
import HTTPMessages
import HTTPWire
import Synchronization

/// An HTTP/1.1 server, plain or with TLS.
///
/// Each request is handed to the handler once it has come whole, in a task of its own on Swift's pool, unless the
/// configuration says otherwise; the server's event loops only move bytes. Everything that a client controls is bounded,
/// in size and in time, by the configuration. What the server answers by itself is rendered by
/// ``HTTPServerConfiguration/refusal``.
///
/// ```swift
/// let server = HTTPServer(configuration: HTTPServerConfiguration(port: 8080)) { request in
///     .text("\(request.method) \(request.path)")
/// }
/// let address = try await server.start()
/// ```
///
/// It has to be stopped: a server that listens stays alive when the last reference to it is dropped.
/// Safe to use from any task. Linux only, as it is built on epoll.
public actor HTTPServer: EventLoopActor {
    private enum Phase {
        case ready
        case running(Listener)
        /// The listener is closed; connections may still be open.
        case stopping
    }

    /// How long accepting pauses when descriptors or memory have run out.
    private static let pause = Duration.milliseconds(100)

    /// The server's first loop, its own or one that it shares. Connections are accepted here.
    public nonisolated let executor: EventLoop
    private let configuration: HTTPServerConfiguration
    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    private var phase = Phase.ready
    private var shared: ServerShared?
    private var loops: [ServerLoop] = []

    /// Makes a server that is not started.
    ///
    /// - Parameters:
    ///   - configuration: How it listens, what it accepts and how long it waits.
    ///   - executor: The first loop to serve on, if it is shared with actors that the handler calls; by default one of the
    ///     server's own.
    ///   - handler: Answers a request. Its task is cancelled when its client has gone or when the server has waited long
    ///     enough while stopping; what it returns then is dropped.
    public init(
        configuration: HTTPServerConfiguration, executor: EventLoop? = nil,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        self.configuration = configuration
        self.handler = handler
        self.executor = executor ?? EventLoop(label: "HTTPServer")
    }

    /// Listens, and returns where: the port is the one the system picked if the configuration's was 0.
    ///
    /// - Throws: `invalidAddress`, `addressInUse`, `permissionDenied`, `system` by what is wrong with the address,
    ///   `invalidCertificate`, and `notStartable` for a server that was started or stopped before.
    @discardableResult
    public func start() throws(HTTPServerError) -> HTTPAddress {
        guard case .ready = phase else { throw .notStartable }
        // A peer that closes while it is written to must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let shared = ServerShared(configuration, tls: try configuration.tls.map(Self.context), handler: handler)
        let loops = (0..<max(1, configuration.loops)).map { index in
            ServerLoop(index == 0 ? executor : EventLoop(label: "HTTPServer.\(index)"), shared: shared)
        }
        let listener = try Listener(shared, loops: loops) { [self] in
            executor.schedule(after: Self.pause) { self.assumeIsolated { $0.resumeListener() } }
        }
        self.loops = loops
        self.shared = shared
        phase = .running(listener)
        for loop in loops {
            LoopAccess(loop: loop).call { table in
                table.connectionClosed = { self.enter { $0.resumeListener() } }
            }
        }
        listener.begin(on: executor) { self.assumeIsolated { $0.acceptConnections() } }
        return listener.address
    }

    /// Takes a new certificate for connections that are made from now on; open ones keep theirs. Throws and changes
    /// nothing if it is not valid.
    ///
    /// - Throws: `invalidCertificate`; `noTLS` for a server without TLS; `notStartable` for one that does not run.
    public func reloadCertificate(_ tls: HTTPServerTLS) throws(HTTPServerError) {
        guard case .running = phase, let shared else { throw .notStartable }
        guard configuration.tls != nil else { throw .noTLS }
        let context = try Self.context(tls)
        shared.tls.withLock { $0 = context }
    }

    /// Stops. Closes the listening socket and idle connections, ends streams that never end by themselves, and waits
    /// up to `drain` for requests under way; then cancels their handlers and closes their connections. Returns once all
    /// connections are closed. A second call waits for the first.
    public func stop(drain: Duration = .seconds(10)) async {
        if case .running(let listener) = phase { listener.cancel() }
        phase = .stopping
        await withTaskGroup(of: Void.self) { group in
            // At once: what has arrived on this loop is answered by a server that stops.
            for loop in loops { group.addImmediateTask { await loop.stop(drain: drain) } }
        }
    }

    /// What the server has done and holds; after `stop`, what it had done then.
    public var statistics: HTTPServerStatistics {
        shared?.counts.statistics ?? HTTPServerStatistics()
    }

    private func acceptConnections() {
        if case .running(let listener) = phase { listener.acceptConnections() }
    }

    private func resumeListener() {
        if case .running(let listener) = phase { listener.resumeIfPaused() }
    }

    private static func context(_ tls: HTTPServerTLS) throws(HTTPServerError) -> TLSContext {
        do throws(TLSContextError) {
            return try TLSContext(tls)
        } catch {
            throw .invalidCertificate(error.description)
        }
    }
}

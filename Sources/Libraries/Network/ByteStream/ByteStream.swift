import CCurl
public import EventLoops

/// A TCP or TLS connection as a stream of bytes.
///
/// An actor on the event loop that it is given: whoever owns the stream gives it its own, and no call between the two
/// changes threads.
///
/// There are two ways to use a stream. Owners that run on its loop take ``deliverInput(upTo:to:)`` and
/// ``send(_:completion:)``, and handle what comes there and then. Tasks take ``receive(upTo:)`` and ``send(_:)``, which
/// are written over these. For each direction there is one caller at a time; sending and receiving do not get in each
/// other's way.
public actor ByteStream: EventLoopActor {
    /// Where and how to connect. A value type: safe to hand to any task.
    public struct Endpoint: Sendable, Hashable {
        /// A host name or address, in ASCII; an IPv6 address without brackets.
        public var host: String
        /// The TCP port.
        public var port: UInt16
        /// How the peer is verified over TLS; nil for plain TCP.
        public var tls: TLSConfiguration?

        /// Plain TCP, unless `tls` is given. Nothing is checked before the endpoint is connected to.
        public init(host: String, port: UInt16, tls: TLSConfiguration? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    /// What one call of an input handler gets at most. Only the part that is used gets memory.
    static let scratchCapacity = 256 << 10

    /// The loop that the owner gave.
    public nonisolated let executor: EventLoop
    let peer: String
    let isTLS: Bool
    private let socket: Int32
    /// Nil once closed.
    var handle: EasyHandle?

    let scratch = Buffer(capacity: ByteStream.scratchCapacity)
    /// Gets what arrives; nil while nobody wants it.
    var inputHandler: (@Sendable (Input) -> Void)?
    /// What the handler takes in one call, in bytes.
    var inputLimit = ByteStream.scratchCapacity
    /// How the incoming side has ended.
    var inputEnd: Input?
    var hasReceived = false
    private var readable: DescriptorWatch?

    var outgoing: Outgoing?
    var staged = Staging()
    private var writable: DescriptorWatch?

    /// The task that waits in ``receive(upTo:)``.
    var receiver: CheckedContinuation<Input, Never>?

    private init(_ connected: ConnectAttempt.Connected, to endpoint: Endpoint, executor: EventLoop) {
        self.executor = executor
        handle = connected.handle
        socket = connected.socket
        peer = endpoint.peer
        isTLS = endpoint.tls != nil
    }

    deinit {
        readable?.cancel()
        writable?.cancel()
    }

    /// Resolves, connects and, over TLS, shakes hands and verifies.
    ///
    /// Blocks a queue of its own, never the loop or the cooperative pool. Cancelling the task ends the attempt within a
    /// second, with `.closed`. The proxies of the environment are not used. SIGPIPE is ignored in the whole process from
    /// the first call on. Safe to call from any task.
    /// - Parameters:
    ///   - endpoint: where and how to connect.
    ///   - timeout: for all of it.
    ///   - executor: the loop that the stream runs on, and calls its handlers on.
    /// - Throws: ``NetworkError`` with `.unreachable`, `.timedOut`, `.tls`, `.disconnected`, `.closed`; `.failed` for an
    ///   endpoint whose host is not a name or an address, whose port is 0, or whose TLS files' paths contain a zero byte.
    public static func connect(
        to endpoint: Endpoint, timeout: Duration, executor: EventLoop
    ) async throws(NetworkError) -> ByteStream {
        let connected = try await ConnectAttempt(to: endpoint, timeout: timeout).run().get()
        return ByteStream(connected, to: endpoint, executor: executor)
    }

    /// Closes at once, without waiting for what is being sent: that send and a waiting ``receive(upTo:)`` end with
    /// `.closed`, an input handler is let go of and not called any more. May be called again.
    ///
    /// A stream that nobody holds any more is closed too.
    public func close() {
        // Before the library closes the socket.
        readable?.cancel()
        writable?.cancel()
        handle = nil
        inputHandler = nil
        endReceive(with: .failure(.closed(peer)))
        let outgoing = self.outgoing
        self.outgoing = nil
        outgoing?.completion(.closed(peer))
    }

    // MARK: - Watching the socket

    /// Has ``becameReadable()`` called for as long as the socket has something, until ``ignoreInput()``.
    func watchInput() {
        if readable == nil {
            readable = executor.watch(socket, for: .readable) { [weak self] in
                self?.assumeIsolated { $0.becameReadable() }
            }
        }
        readable?.arm()
    }

    func ignoreInput() {
        readable?.disarm()
    }

    /// Has ``becameWritable()`` called once, when the socket has room.
    func watchOutput() {
        if writable == nil {
            writable = executor.watch(socket, for: .writable) { [weak self] in
                self?.assumeIsolated { stream in
                    stream.writable?.disarm()
                    stream.becameWritable()
                }
            }
        }
        writable?.arm()
    }
}

import CCurl
import Dispatch
public import Platform

/// A TCP or TLS connection as a stream of bytes.
///
/// An actor on the executor that it is given: whoever owns the stream gives it its own, and no call between the two
/// changes threads. One task may receive while another sends.
public actor ByteStream {
    /// Where and how to connect.
    public struct Endpoint: Sendable, Hashable {
        /// A host name or address, in ASCII; an IPv6 address without brackets.
        public var host: String
        /// The TCP port.
        public var port: UInt16
        /// Nil for plain TCP.
        public var tls: TLSConfiguration?

        /// Plain TCP, unless `tls` is given.
        public init(host: String, port: UInt16, tls: TLSConfiguration? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    /// What one receive takes at most. Only the part that is used gets memory.
    static let scratchCapacity = 256 << 10
    /// So many calls in a row may be served without waiting; then the executor's other jobs have their turn, which a
    /// peer that always has something could otherwise keep them from.
    static let callsInTurn = 16

    let executor: QueueExecutor
    let peer: String
    let isTLS: Bool
    private let socket: Int32
    /// Nil once closed.
    var handle: EasyHandle?
    let scratch = Buffer(capacity: ByteStream.scratchCapacity)

    var isReceiving = false
    private var receiver: (wanted: Int, continuation: CheckedContinuation<ReadOutcome, Never>)?
    private var readable: Readiness?
    /// How the incoming side has ended, when that was found together with bytes.
    var readEnd: ReadOutcome?
    var receivesInTurn = 0
    var hasReceived = false

    var isSending = false
    var sender: CheckedContinuation<Void, Never>?
    private var writable: Readiness?
    var staged = Staging()
    var sendsInTurn = 0

    /// The queue that the owner gave.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(_ connected: ConnectAttempt.Connected, to endpoint: Endpoint, executor: QueueExecutor) {
        self.executor = executor
        handle = connected.handle
        socket = connected.socket
        peer = endpoint.peer
        isTLS = endpoint.tls != nil
    }

    /// Resolves, connects and, over TLS, shakes hands and verifies.
    ///
    /// Blocks a queue of its own, never the executor or the cooperative pool. Cancelling the task ends it within a
    /// second, with `.closed`. The proxies of the environment are not used. SIGPIPE is ignored in the whole process
    /// from the first call on.
    /// - Parameter timeout: for all of it.
    /// - Throws: `.unreachable`, `.timedOut`, `.tls`, `.closed`, or `.failed` for an endpoint that is none.
    public static func connect(
        to endpoint: Endpoint, timeout: Duration, executor: QueueExecutor
    ) async throws(NetworkError) -> ByteStream {
        let connected = try await ConnectAttempt(to: endpoint, timeout: timeout).run().get()
        return ByteStream(connected, to: endpoint, executor: executor)
    }

    /// Closes at once; waiting calls end with `.closed`. May be called again.
    public func close() {
        // The sources first: they hold duplicates of the socket, which close when the sources have let go of them.
        readable?.cancel()
        writable?.cancel()
        handle = nil
        receiver?.continuation.resume(returning: .failure(.closed(peer)))
        receiver = nil
        sender?.resume()
        sender = nil
    }

    /// What comes next, up to `count` bytes; not `.nothing`.
    func waitForInput(upTo count: Int) async throws(NetworkError) -> ReadOutcome {
        if readable == nil {
            readable = try Readiness(.readable, of: socket, queue: executor.queue) { [weak self] in
                self?.assumeIsolated { $0.becameReadable() }
            }
        }
        readable?.arm()
        receivesInTurn = 0
        return await withTaskCancellationHandler {
            await withCheckedContinuation { receiver = (count, $0) }
        } onCancel: {
            closeSoon()
        }
    }

    /// Returns when the socket may take bytes, or the stream is closed.
    func waitUntilWritable() async throws(NetworkError) {
        if writable == nil {
            writable = try Readiness(.writable, of: socket, queue: executor.queue) { [weak self] in
                self?.assumeIsolated { $0.becameWritable() }
            }
        }
        writable?.arm()
        sendsInTurn = 0
        await withTaskCancellationHandler {
            await withCheckedContinuation { sender = $0 }
        } onCancel: {
            closeSoon()
        }
    }

    /// Lets the jobs run that the executor has already.
    func giveTurn() async {
        await withCheckedContinuation { continuation in
            executor.queue.async { continuation.resume() }
        }
    }

    /// Reads here, so that the source can stay armed: with the bytes still in the socket it would come again at once.
    private func becameReadable() {
        guard let (wanted, continuation) = receiver, let handle else {
            readable?.disarm()
            return
        }
        let outcome = read(handle, upTo: wanted)
        // A part of a TLS record is nothing yet.
        if case .nothing = outcome { return }
        receiver = nil
        continuation.resume(returning: outcome)
    }

    private func becameWritable() {
        writable?.disarm()
        sender?.resume()
        sender = nil
    }

    private nonisolated func closeSoon() {
        executor.queue.async { self.assumeIsolated { $0.close() } }
    }
}

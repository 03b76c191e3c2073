import CCurl
public import EventLoops

/// A TCP or TLS connection as a stream of bytes.
///
/// An actor on the event loop that it is given: whoever owns the stream gives it its own, and no call between the two
/// changes threads. One task may receive while another sends.
public actor ByteStream: EventLoopActor {
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
    /// So many calls in a row may be served without waiting; then the loop's other jobs have their turn, which a
    /// peer that always has something could otherwise keep them from.
    static let callsInTurn = 16

    /// The loop that the owner gave.
    public nonisolated let executor: EventLoop
    let peer: String
    let isTLS: Bool
    private let socket: Int32
    /// Nil once closed.
    var handle: EasyHandle?
    let scratch = Buffer(capacity: ByteStream.scratchCapacity)

    var isReceiving = false
    private var receiver: (wanted: Int, continuation: CheckedContinuation<ReadOutcome, Never>)?
    private var readable: DescriptorWatch?
    /// Gets what arrives, in place of a receiver.
    private var inputHandler: (@Sendable (Input) -> Void)?
    /// How the incoming side has ended, when that was found together with bytes.
    var readEnd: ReadOutcome?
    var receivesInTurn = 0
    var hasReceived = false

    var isSending = false
    var sender: CheckedContinuation<Void, Never>?
    private var writable: DescriptorWatch?
    /// What a caller without a task sends.
    private var outgoing: Outgoing?
    var staged = Staging()
    var sendsInTurn = 0

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
    /// Blocks a queue of its own, never the loop or the cooperative pool. Cancelling the task ends it within a
    /// second, with `.closed`. The proxies of the environment are not used. SIGPIPE is ignored in the whole process
    /// from the first call on.
    /// - Parameter timeout: for all of it.
    /// - Throws: `.unreachable`, `.timedOut`, `.tls`, `.closed`, or `.failed` for an endpoint that is none.
    public static func connect(
        to endpoint: Endpoint, timeout: Duration, executor: EventLoop
    ) async throws(NetworkError) -> ByteStream {
        let connected = try await ConnectAttempt(to: endpoint, timeout: timeout).run().get()
        return ByteStream(connected, to: endpoint, executor: executor)
    }

    /// Closes at once; waiting calls end with `.closed`. May be called again.
    public func close() {
        // Before the library closes the socket.
        readable?.cancel()
        writable?.cancel()
        handle = nil
        receiver?.continuation.resume(returning: .failure(.closed(peer)))
        receiver = nil
        sender?.resume()
        sender = nil
        inputHandler = nil
        let outgoing = self.outgoing
        self.outgoing = nil
        outgoing?.completion(.closed(peer))
    }

    /// What comes next, up to `count` bytes; not `.nothing`.
    func waitForInput(upTo count: Int) async throws(NetworkError) -> ReadOutcome {
        // Closed, perhaps, while the call waited for its turn.
        guard handle != nil else { throw .closed(peer) }
        watchInput()
        receivesInTurn = 0
        return await withTaskCancellationHandler {
            await withCheckedContinuation { receiver = (count, $0) }
        } onCancel: {
            closeSoon()
        }
    }

    var isSendingWithoutTask: Bool { outgoing != nil }

    /// Returns when the socket may take bytes, or the stream is closed.
    func waitUntilWritable() async throws(NetworkError) {
        guard handle != nil else { throw .closed(peer) }
        watchOutput()
        sendsInTurn = 0
        await withTaskCancellationHandler {
            await withCheckedContinuation { sender = $0 }
        } onCancel: {
            closeSoon()
        }
    }

    /// Lets the jobs run that the loop has already.
    func giveTurn() async {
        await withCheckedContinuation { continuation in
            executor.schedule { continuation.resume() }
        }
    }

    private func watchInput() {
        if readable == nil {
            readable = executor.watch(socket, for: .readable) { [weak self] in
                self?.assumeIsolated { $0.becameReadable() }
            }
        }
        readable?.arm()
    }

    private func watchOutput() {
        if writable == nil {
            writable = executor.watch(socket, for: .writable) { [weak self] in
                self?.assumeIsolated { $0.becameWritable() }
            }
        }
        writable?.arm()
    }

    /// Reads here, so that the watch can stay armed: with the bytes still in the socket it would come again at once.
    private func becameReadable() {
        if inputHandler != nil { return deliverInput() }
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
        if outgoing != nil { return sendOutgoing() }
        sender?.resume()
        sender = nil
    }

    private nonisolated func closeSoon() {
        executor.schedule { self.assumeIsolated { $0.close() } }
    }
}

// MARK: - Without tasks

// For owners that run on the same loop and handle what comes there and then: a task would be resumed, and change
// executors, for each piece.
extension ByteStream {
    /// What has arrived.
    public enum Input: Sendable {
        /// At least one byte.
        case bytes([UInt8])
        /// The peer has ended its side; see ``receive(upTo:)`` about TLS.
        case end
        /// The connection broke.
        case failure(NetworkError)
    }

    /// Has `handler` called on the loop with all that arrives, up to 256 KiB at a time, until an end or a failure, which
    /// comes last, or ``close()``, after which nothing comes. In place of ``receive(upTo:)``.
    public func deliverInput(to handler: @escaping @Sendable (Input) -> Void) {
        inputHandler = handler
        // TLS may have read more already than the handshake.
        continueInput()
    }

    /// Reads nothing for `delay`, so that what a peer sends in many small pieces comes in few: each piece that is waited
    /// for wakes this side, at the expense of both. Does nothing without ``deliverInput(to:)``.
    public func pauseInput(for delay: Duration) {
        guard inputHandler != nil, handle != nil else { return }
        readable?.disarm()
        executor.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.deliverInput() } }
    }

    private func continueInput() {
        executor.schedule { [weak self] in self?.assumeIsolated { $0.deliverInput() } }
    }

    private func deliverInput() {
        guard let inputHandler, let handle else {
            readable?.disarm()
            return
        }
        watchInput()
        switch read(handle, upTo: Self.scratchCapacity) {
        case .nothing: break
        case .bytes(let bytes):
            // What remains of a TLS record inside the library does not wake a poll.
            if isTLS, bytes.count == Self.scratchCapacity { continueInput() }
            inputHandler(.bytes(bytes))
        case .end: endInput(.end)
        case .failure(let error): endInput(.failure(error))
        }
    }

    private func endInput(_ input: Input) {
        readable?.disarm()
        let handler = inputHandler
        inputHandler = nil
        handler?(input)
    }

    fileprivate struct Outgoing {
        let bytes: [UInt8]
        var offset = 0
        let completion: @Sendable (NetworkError?) -> Void
    }

    /// Sends all bytes; calls `completion` on the loop when the operating system (or TLS) has taken them, before it
    /// returns if that is at once, or with the reason why not: `.disconnected`, `.tls`, `.closed`; `.failed` for a second
    /// caller. In place of ``send(_:)``.
    public func send(_ bytes: [UInt8], completion: @escaping @Sendable (NetworkError?) -> Void) {
        guard outgoing == nil, !isSending else {
            return completion(NetworkError(.failed, "two callers send to \(peer) at once"))
        }
        outgoing = Outgoing(bytes: bytes, completion: completion)
        sendOutgoing()
    }

    private func sendOutgoing() {
        guard var sending = outgoing else { return }
        var failure: NetworkError?
        do throws(NetworkError) {
            while sending.offset < sending.bytes.count || !staged.range.isEmpty {
                guard let handle else { throw .closed(peer) }
                guard try transmit(sending.bytes, &sending.offset, handle) else {
                    outgoing = sending
                    return watchOutput()
                }
            }
        } catch {
            failure = error
        }
        outgoing = nil
        sending.completion(failure)
    }
}

public import AMQPWire
import Bytes
public import EventLoops
import Network
import Synchronization

/// A connection to a broker. It does not reconnect: ``AMQPSession`` does.
///
/// An actor on an event loop that it shares with its socket. It reads and writes by itself from
/// ``connect(_:executor:)`` until it is closed or lost, and lives until then. The socket's events, and the calls of the hot
/// paths, come in as plain calls on the loop rather than as tasks.
public actor AMQPConnection: EventLoopActor {
    /// The event loop that everything of it runs on.
    public nonisolated let executor: EventLoop
    let configuration: AMQPConfiguration
    let stream: ByteStream

    var machine: ConnectionMachine
    var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 8_192))
    var encoder = FrameEncoder(frameMax: 8_192)
    var heartbeat: HeartbeatTimer

    var channels: [UInt16: ChannelState] = [:]
    private var freeNumbers: [UInt16] = []
    private var lastNumber: UInt16 = 0
    /// Consumers that got deliveries from the bytes that are being read.
    var touched: [(ChannelState, ConsumerState)] = []
    var lastWaiterID: UInt64 = 0

    /// Whether the broker takes no messages at the moment (connection.blocked), and why.
    public internal(set) var blockedReason: String?
    /// Why the connection has ended; nil while it lives.
    public private(set) var endReason: AMQPError?
    /// Set when the connection ends as soon as what is written is sent.
    var endAfterSending: AMQPError?
    /// When ending, or closing, does not wait any longer.
    var endDeadline: ContinuousClock.Instant?

    private var opening: CheckedContinuation<AMQPError?, Never>?
    private var openDeadline: ContinuousClock.Instant?
    private var endWaiters: [UInt64: CheckedContinuation<AMQPError?, Never>] = [:]
    /// Waits for blocked and unblocked.
    private var changeWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    /// Callers that close.
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []
    /// In the order of their requests, those included whose time is over: the broker may answer them still.
    var secretWaiters = FIFO<SecretWaiter>()
    /// Whether a write is under way, or comes soon.
    var isWriting = false
    /// Callers that wait until there is room for what they want to write.
    var roomWaiters: [CheckedContinuation<Void, Never>] = []

    private init(_ configuration: AMQPConfiguration, stream: ByteStream, executor: EventLoop) {
        self.configuration = configuration
        self.stream = stream
        self.executor = executor
        machine = ConnectionMachine(configuration.wishes)
        heartbeat = HeartbeatTimer(interval: .zero, now: .now)
    }

    /// Connects to the first endpoint that answers, and logs in.
    ///
    /// - Parameter executor: the loop to run on; nil: one of its own.
    /// - Throws: the last endpoint's reason: `.unreachable`, `.tls`, `.accessRefused` (user or password), `.notAllowed`
    ///   (virtual host), `.timedOut`, ...
    public static func connect(
        _ configuration: AMQPConfiguration, executor: EventLoop? = nil
    ) async throws(AMQPError) -> AMQPConnection {
        let executor = executor ?? EventLoop(label: "amqp")
        var last = AMQPError(.invalidURI, "no endpoint to connect to")
        for endpoint in configuration.endpoints {
            do throws(AMQPError) {
                return try await connect(configuration, to: endpoint, executor: executor)
            } catch {
                last = error
            }
            if Task.isCancelled { break }
        }
        throw last
    }

    /// Connects to one endpoint and logs in.
    static func connect(
        _ configuration: AMQPConfiguration, to endpoint: ByteStream.Endpoint, executor: EventLoop
    ) async throws(AMQPError) -> AMQPConnection {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let stream: ByteStream
        do throws(NetworkError) {
            stream = try await ByteStream.connect(
                to: endpoint, timeout: configuration.connectTimeout, executor: executor)
        } catch {
            throw AMQPError(error)
        }
        let connection = AMQPConnection(configuration, stream: stream, executor: executor)
        if let error = await connection.open(deadline: deadline) { throw error }
        return connection
    }

    private func open(deadline: ContinuousClock.Instant) async -> AMQPError? {
        openDeadline = deadline
        perform(machine.start())
        beginReading()
        scheduleTick()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let endReason {
                    continuation.resume(returning: endReason)
                } else {
                    opening = continuation
                }
                if Task.isCancelled { end(AMQPError(.closed, "connecting was cancelled")) }
            }
        } onCancel: {
            enterLater { $0.end(AMQPError(.closed, "connecting was cancelled")) }
        }
    }

    /// Runs `body` on the actor: at once for a caller on the loop, who must not be the actor itself, otherwise soon.
    ///
    /// A call of an actor would come back to the caller's executor by a job of its own, and to the actor's again after
    /// each wait within.
    nonisolated func enter(_ body: @escaping @Sendable (isolated AMQPConnection) -> Void) {
        if executor.isCurrent { assumeIsolated(body) } else { enterLater(body) }
    }

    /// Runs `body` on the actor, behind what the loop has to do already.
    nonisolated func enterLater(_ body: @escaping @Sendable (isolated AMQPConnection) -> Void) {
        executor.schedule { self.assumeIsolated(body) }
    }

    private func beginReading() {
        stream.assumeIsolated { stream in
            stream.deliverInput { input in self.assumeIsolated { $0.received(input) } }
        }
    }

    /// What the broker said of itself (connection.start).
    public var serverProperties: FieldTable { machine.serverProperties }

    /// The limits that hold (connection.tune).
    public var tuning: Tuning { machine.tuning }

    /// Opens a channel.
    ///
    /// - Throws: `.notAllowed` when there are as many as were negotiated, or the reason why the connection has ended.
    public func openChannel() async throws(AMQPError) -> AMQPChannel {
        if let reason = endReason ?? endAfterSending { throw reason }
        let number: UInt16
        if let free = freeNumbers.popLast() {
            number = free
        } else if lastNumber < machine.tuning.channelMax {
            lastNumber += 1
            number = lastNumber
        } else {
            throw AMQPError(.notAllowed, "all \(machine.tuning.channelMax) channels of the connection are open")
        }
        let channel = AMQPChannel(connection: self, number: number)
        channels[number] = ChannelState(handle: channel, bodyMax: configuration.bodyMax)
        _ = try await request(.channelOpen, channel)
        return channel
    }

    /// Runs `body` with a channel that is closed afterwards.
    ///
    /// - Throws: the body's error; why there is no channel, as ``openChannel()`` does.
    public func withChannel<Result: Sendable>(
        _ body: @Sendable (AMQPChannel) async throws(AMQPError) -> Result
    ) async throws(AMQPError) -> Result {
        let channel = try await openChannel()
        let result: Result
        do throws(AMQPError) { result = try await body(channel) } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        return result
    }

    /// Waits until the connection has ended, and says why; returns at once when it has. Nil if the task was cancelled.
    public func waitUntilEnded() async -> AMQPError? {
        let id = nextWaiterID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if endReason != nil || Task.isCancelled {
                    continuation.resume(returning: endReason)
                } else {
                    endWaiters[id] = continuation
                }
            }
        } onCancel: {
            enterLater { $0.endWaiters.removeValue(forKey: id)?.resume(returning: nil) }
        }
    }

    /// Waits until ``blockedReason`` differs from `reason`, or the connection has ended, or the task was cancelled.
    public func waitWhileBlockedReason(is reason: String?) async {
        let id = nextWaiterID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if endReason != nil || blockedReason != reason || Task.isCancelled {
                    continuation.resume()
                } else {
                    changeWaiters[id] = continuation
                }
            }
        } onCancel: {
            enterLater { $0.changeWaiters.removeValue(forKey: id)?.resume() }
        }
    }

    func nextWaiterID() -> UInt64 {
        lastWaiterID += 1
        return lastWaiterID
    }

    /// The handshake is done.
    func opened() {
        openDeadline = nil
        opening?.resume(returning: nil)
        opening = nil
    }

    func blockedChanged(_ reason: String?) {
        blockedReason = reason
        let waiters = changeWaiters
        changeWaiters = [:]
        for waiter in waiters.values { waiter.resume() }
        if reason == nil { pumpPublishes() }
    }

    /// Replaces the secret of the login, such as an OAuth token that expires (connection.update-secret).
    ///
    /// - Parameter reason: for the broker's log; at most 255 bytes.
    /// - Throws: why the connection has ended: the broker closes it when it refuses the secret. `.timedOut` when there is
    ///   no answer; it may come into force nevertheless.
    public func updateSecret(_ secret: String, reason: String) async throws(AMQPError) {
        if let endReason = endReason ?? endAfterSending { throw endReason }
        guard reason.utf8.count <= 255 else {
            throw AMQPError(.unencodable, "the reason for a new secret is longer than 255 bytes")
        }
        let error = await withCheckedContinuation { continuation in
            let waiter = SecretWaiter(continuation)
            secretWaiters.append(waiter)
            executor.schedule(after: configuration.requestTimeout) {
                waiter.resume(AMQPError(.timedOut, "the broker did not answer to a new secret in time"))
            }
            perform(machine.updateSecret(Array(secret.utf8), reason: reason))
        }
        if let error { throw error }
    }

    /// Who waits for the answer to a new secret, until the first of answer, deadline and end.
    final class SecretWaiter: Sendable {
        private let continuation: Mutex<CheckedContinuation<AMQPError?, Never>?>

        init(_ continuation: CheckedContinuation<AMQPError?, Never>) {
            self.continuation = Mutex(continuation)
        }

        func resume(_ error: AMQPError?) {
            continuation.withLock { $0.take() }?.resume(returning: error)
        }
    }

    /// Closes by the protocol: what was written before goes out first. After `timeout` the socket is closed anyway.
    public func close(timeout: Duration = .seconds(5)) async {
        if endReason == nil {
            let deadline = ContinuousClock.now + timeout
            endDeadline = min(endDeadline ?? deadline, deadline)
            perform(machine.close(CloseReason(replyCode: 200, replyText: "closed by the client")))
        }
        await withCheckedContinuation { continuation in
            if endReason != nil { continuation.resume() } else { closeWaiters.append(continuation) }
        }
    }

    /// Ends the connection at once and tells everyone who waits.
    func end(_ reason: AMQPError) {
        guard endReason == nil else { return }
        endReason = reason
        for state in channels.values { endChannel(state, reason, isNumberFree: false) }
        channels = [:]
        opening?.resume(returning: reason)
        opening = nil
        for waiter in secretWaiters.drain() { waiter.resume(reason) }
        for waiter in endWaiters.values { waiter.resume(returning: reason) }
        endWaiters = [:]
        for waiter in changeWaiters.values { waiter.resume() }
        changeWaiters = [:]
        for waiter in roomWaiters { waiter.resume() }
        roomWaiters = []
        for waiter in closeWaiters { waiter.resume() }
        closeWaiters = []
        // The stream runs on the same loop: this is only not a plain call because the compiler cannot know it.
        stream.assumeIsolated { $0.close() }
    }

    /// Ends a channel and tells everyone who waits for something of it.
    func endChannel(_ state: ChannelState, _ reason: AMQPError, isNumberFree: Bool) {
        state.handle.ended(reason)
        if isNumberFree, channels.removeValue(forKey: state.number) != nil { freeNumbers.append(state.number) }
        if let request = state.request { request.continuation.resume(returning: .failure(reason)) }
        state.request = nil
        for request in state.requests.drain() { request.continuation.resume(returning: .failure(reason)) }
        for token in state.confirms.drain() { token.batch.settle(token.index, .unknown(reason)) }
        state.unconfirmedBytes = 0
        for batch in state.waiting.drain() { batch.end(reason) }
        state.waitingMessages = 0
        for consumer in state.consumers.values { consumer.resume(.failure(reason)) }
        state.consumers = [:]
        state.resumeCloseWaiters()
    }

    /// Looks for what is overdue, four times a second, or more often for short heartbeats.
    private func scheduleTick() {
        var interval = Duration.milliseconds(250)
        if heartbeat.interval > .zero { interval = min(interval, heartbeat.interval / 8) }
        executor.schedule(after: interval) { [weak self] in self?.assumeIsolated { $0.tick() } }
    }

    private func tick() {
        guard endReason == nil else { return }
        let now = ContinuousClock.now
        if let openDeadline, now >= openDeadline {
            end(AMQPError(.timedOut, "the broker did not answer in time: waiting for \(machine.stage)"))
        } else if let endDeadline, now >= endDeadline {
            end(endAfterSending ?? AMQPError(.closed, "closed by the client"))
        }
        switch heartbeat.action(at: now) {
        case .wait: break
        case .send: if machine.isOpen { encoder.heartbeat(); wakeWriter() }
        case .giveUp:
            let silence = heartbeat.interval * 2
            end(AMQPError(.connectionLost, "the broker was silent for \(silence.seconds) s (two heartbeats)"))
        }
        for state in channels.values { expire(state, now) }
        scheduleTick()
    }
}

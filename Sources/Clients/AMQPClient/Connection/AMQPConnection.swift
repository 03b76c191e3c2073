public import AMQPWire
import Bytes
package import Connections
public import EventLoops
package import Network

/// A connection to a broker. It does not reconnect: ``AMQPSession`` does.
///
/// An actor on an event loop that it shares with its socket; safe to use from any task. It reads and writes by itself
/// from ``connect(_:executor:)`` until it is closed or lost, and lives until then, even when nobody refers to it. The
/// socket's events, and the calls of the hot paths, come in as plain calls on the loop rather than as tasks.
///
/// When it ends, every call that waits fails with the reason, ``endReason``: `.connectionLost` when the socket broke or
/// the broker was silent for two heartbeats, `.connectionClosed`, `.accessRefused`, `.notAllowed` or another code of
/// the broker's when the broker closed it, `.protocolViolation` when the broker broke the protocol, `.closed` when this
/// side closed it.
public actor AMQPConnection: EventLoopActor {
    /// The event loop that the connection, its socket and its channels run on.
    public nonisolated let executor: EventLoop
    let configuration: AMQPConfiguration
    package let stream: ByteStream

    var machine: ConnectionMachine
    var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 8_192))
    var encoder = FrameEncoder(frameMax: 8_192)
    var heartbeat: HeartbeatTimer

    var channels: [UInt16: ChannelState] = [:]
    private var channelNumbers = ChannelNumbers()
    /// Consumers that got deliveries from the bytes that are being read.
    var consumersWithNews: [(ChannelState, ConsumerState)] = []
    /// How many consumers this side has named.
    var namedConsumers: UInt64 = 0

    /// Why the broker takes no messages at the moment (connection.blocked, RabbitMQ's extension), in its words; nil
    /// while it takes them.
    public internal(set) var blockedReason: String?
    var life: ConnectionLife<AMQPError>
    /// How the handshake went: nil when all is well.
    private nonisolated let handshake = Latch<AMQPError?>()
    private nonisolated let ended = Latch<AMQPError>()
    /// Reports changes of ``blockedReason`` and the end.
    private nonisolated let changes: ChangeSignal
    private var closeWaiters = Waiters<Void>()
    /// In the order of their requests, those included that have timed out: the broker may still answer them.
    var secretWaiters = FIFO<Once<AMQPError?, Never>>()
    package var writer = StreamWriter(limit: 4 << 20)

    private init(_ configuration: AMQPConfiguration, stream: ByteStream, deadline: ContinuousClock.Instant) {
        self.configuration = configuration
        self.stream = stream
        executor = stream.executor
        life = ConnectionLife(openingUntil: deadline)
        changes = ChangeSignal(loop: executor)
        machine = ConnectionMachine(configuration.request)
        heartbeat = HeartbeatTimer(interval: .zero, now: .now)
    }

    /// Connects to the first endpoint that answers, and logs in (AMQP 0-9-1, section 2.2.4).
    ///
    /// - Parameters:
    ///   - configuration: the endpoints, the login and the bounds.
    ///   - executor: the loop to run on; nil: one of its own, with a thread of its own.
    /// - Returns: a connection that is open.
    /// - Throws: the last endpoint's reason: `.unreachable`, `.tls`, `.timedOut` (no connection within
    ///   ``AMQPConfiguration/connectTimeout``), `.accessRefused` (user or password), `.notAllowed` (virtual host),
    ///   `.connectionLost` or `.connectionClosed` (the broker ended the handshake), `.protocolViolation` (no AMQP
    ///   0-9-1, or not this mechanism of login), `.unencodable` (a login that does not fit its fields); `.closed` when
    ///   the task was cancelled; `.invalidURI` without endpoints.
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
        let connection = AMQPConnection(configuration, stream: stream, deadline: deadline)
        if let error = await connection.open() { throw error }
        return connection
    }

    private func open() async -> AMQPError? {
        perform(machine.start())
        beginReading()
        scheduleTick()
        if let outcome = await handshake.wait() { return outcome }
        end(AMQPError(.closed, "connecting was cancelled"))
        return life.endReason
    }

    private func beginReading() {
        stream.assumeIsolated { stream in
            stream.deliverInput { input in self.assumeIsolated { $0.received(input) } }
        }
    }

    /// What the broker said of itself (connection.start), such as `product`, `version` and `capabilities`.
    public var serverProperties: FieldTable { machine.serverProperties }

    /// The limits that were negotiated (connection.tune).
    public var tuning: Tuning { machine.tuning }

    /// Why the connection has ended; nil while it lives.
    public var endReason: AMQPError? { life.endReason }

    /// Opens a channel (channel.open).
    ///
    /// - Returns: a channel, which the caller closes.
    /// - Throws: `.notAllowed` when as many channels are open as were negotiated; `.timedOut` when the broker does not
    ///   answer within ``AMQPConfiguration/requestTimeout``; the ``endReason`` when the connection has ended or ends.
    public func openChannel() async throws(AMQPError) -> AMQPChannel {
        if let reason = life.reason { throw reason }
        guard let number = channelNumbers.take(upTo: machine.tuning.channelMax) else {
            throw AMQPError(.notAllowed, "all \(machine.tuning.channelMax) channels of the connection are open")
        }
        let channel = AMQPChannel(connection: self, number: number)
        channels[number] = ChannelState(handle: channel, configuration)
        _ = try await request(.channelOpen, channel)
        return channel
    }

    /// Whether at least half of the connection's channels are free.
    var hasSpareChannels: Bool { channels.count < Int(machine.tuning.channelMax) / 2 }

    /// Runs `body` with a channel that is closed afterwards.
    ///
    /// - Parameter body: called once, with the open channel.
    /// - Returns: what `body` returns.
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

    /// Waits until the connection has ended; returns at once when it has.
    ///
    /// - Returns: why it has ended; nil if the task was cancelled.
    public nonisolated func waitUntilEnded() async -> AMQPError? { await ended.wait() }

    /// Waits until ``blockedReason`` differs from `reason`, or the connection has ended, or the task was cancelled.
    ///
    /// - Parameter reason: what the caller has seen last; nil: not blocked.
    public func waitWhileBlockedReason(is reason: String?) async {
        await changes.wait { life.isEnded || blockedReason != reason }
    }

    /// The handshake is done.
    func opened() {
        if life.opened() { handshake.set(nil) }
    }

    func blockedChanged(_ reason: String?) {
        blockedReason = reason
        changes.changed()
        if reason == nil { pumpPublishes() }
    }

    /// Replaces the secret of the login, such as an OAuth token that expires (connection.update-secret, RabbitMQ's
    /// extension).
    ///
    /// - Parameters:
    ///   - secret: the new password or token.
    ///   - reason: for the broker's log; at most 255 bytes of UTF-8.
    /// - Throws: `.unencodable` when the reason is too long; `.timedOut` when there is no answer within
    ///   ``AMQPConfiguration/requestTimeout``, though the secret may come into force nevertheless; the ``endReason``
    ///   when the connection ends: the broker closes it, with `.notAllowed` or `.accessRefused`, when it refuses the
    ///   secret.
    public func updateSecret(_ secret: String, reason: String) async throws(AMQPError) {
        if let reason = life.reason { throw reason }
        guard reason.utf8.count <= 255 else {
            throw AMQPError(.unencodable, "the reason for a new secret is longer than 255 bytes")
        }
        let error = await withCheckedContinuation { (continuation: CheckedContinuation<AMQPError?, Never>) in
            let waiter = Once(continuation)
            secretWaiters.append(waiter)
            executor.schedule(after: configuration.requestTimeout) {
                waiter.resume(
                    returning: AMQPError(.timedOut, "the broker did not answer a new secret in time"))
            }
            perform(machine.updateSecret(Array(secret.utf8), reason: reason))
        }
        if let error { throw error }
    }

    /// Closes by the protocol (connection.close): what was written before goes out first. Returns when the connection
    /// has ended; may be called several times.
    ///
    /// - Parameter timeout: after which the socket is closed anyway.
    public func close(timeout: Duration = .seconds(5)) async {
        life.drain(AMQPError(.closed, "closed by the client"), until: .now + timeout)
        perform(machine.close(CloseReason(replyCode: 200, replyText: "closed by the client")))
        await withCheckedContinuation { continuation in
            if life.isEnded { continuation.resume() } else { closeWaiters.enter(continuation, closeWaiters.nextID()) }
        }
    }

    /// Ends the connection when what is to be written is sent, or after a second.
    func drain(_ reason: AMQPError) {
        life.drain(reason, until: .now + .seconds(1))
        wakeWriter()
    }

    /// Ends the connection at once and tells everyone who waits.
    func end(_ reason: AMQPError) {
        guard let reason = life.end(reason) else { return }
        for state in channels.values { endChannel(state, reason, isNumberFree: false) }
        channels = [:]
        handshake.set(reason)
        for waiter in secretWaiters.drain() { waiter.resume(returning: reason) }
        ended.set(reason)
        changes.changed()
        writer.close()
        closeWaiters.resumeAll()
        stream.assumeIsolated { $0.close() }
    }

    /// Ends a channel and tells everyone who waits for something of it.
    func endChannel(_ state: ChannelState, _ reason: AMQPError, isNumberFree: Bool) {
        state.handle.ended(reason)
        if isNumberFree, channels.removeValue(forKey: state.number) != nil { channelNumbers.giveBack(state.number) }
        if let request = state.request { request.continuation.resume(returning: .failure(reason)) }
        state.request = nil
        for request in state.requests.drain() { request.continuation.resume(returning: .failure(reason)) }
        state.publishes.end()
        finishPublishes(state)
        for consumer in state.consumers.values { consumer.resume(.failure(reason)) }
        state.consumers = [:]
        state.closeWaiters.resumeAll()
    }

    /// Looks for what is overdue, four times per second, or more often for short heartbeats.
    private func scheduleTick() {
        var interval = Duration.milliseconds(250)
        if heartbeat.interval > .zero { interval = min(interval, heartbeat.interval / 8) }
        executor.schedule(after: interval) { [weak self] in self?.assumeIsolated { $0.tick() } }
    }

    private func tick() {
        let now = ContinuousClock.now
        switch life.overdue(at: now) {
        case .opening?:
            end(AMQPError(.timedOut, "the broker did not answer in time: waiting for \(machine.stage)"))
        case .draining(let reason)?: end(reason)
        case nil: break
        }
        if life.isEnded { return }
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

public import AMQPWire
import Connections
public import EventLoops
import Network
import Synchronization

/// Keeps one connection to a broker alive: connects, and after a loss connects again with backoff, host by host; each
/// time it declares the topology, opens the publishing channel and takes up every consumer.
///
/// An actor; safe to use from any task. Nothing happens before ``run()`` or ``start()``; ``close(timeout:)`` ends it,
/// and a closed session stays closed.
public actor AMQPSession: EventLoopActor {
    /// What the session is doing.
    public enum State: Sendable, Hashable {
        /// The session is not running, or on the way to its first connection.
        case connecting
        /// The session is connected, and the topology is declared.
        case connected
        /// The session is connected, but the broker takes no messages, for this reason in the broker's words.
        case blocked(String)
        /// The connection is lost, or the last attempt has failed, for this reason; the session tries again by itself.
        case disconnected(AMQPError)
        /// The session was closed, and stays so.
        case closed
    }

    /// Declares the exchanges, queues and bindings that have to exist, over channels of a new connection. It runs again
    /// after each reconnect, and has to end by itself.
    public typealias Topology = @Sendable (AMQPConnection) async throws(AMQPError) -> Void

    /// The event loop that the session and its connections run on.
    public nonisolated let executor: EventLoop
    var configuration: AMQPConfiguration
    let topology: Topology
    private nonisolated let currentState = Mutex(State.connecting)

    /// The connection, once the topology is declared on it.
    var connection: AMQPConnection? { didSet { updateRoute() } }
    private var publisher: AMQPChannel? { didSet { updateRoute() } }
    /// The publishing channel while there is a connection, for publishers to find without a hop to the session.
    private nonisolated let route = Mutex<AMQPChannel?>(nil)
    private var isOpeningPublisher = false
    var consumers: [Int: SessionConsumerState] = [:]
    private var lastConsumer = 0
    private var isStarted = false
    private var running: Task<Void, Never>?
    private let lost = Atomic(0)
    /// Reports changes of the state, the publishing channel and the consumers.
    nonisolated let changes: ChangeSignal

    /// Makes a session that is not started.
    ///
    /// - Parameters:
    ///   - configuration: the endpoints, the login, the bounds and the backoff.
    ///   - executor: what the session runs on, with its connections; by default a loop of its own. An actor that shares
    ///     the loop saves a change of threads per call.
    ///   - topology: called for each new connection, before anything is published or consumed on it, and when a
    ///     consumer's queue was deleted. When it throws for a new connection, that is closed, and the attempt has
    ///     failed with the error.
    public init(
        _ configuration: AMQPConfiguration, executor: EventLoop = EventLoop(label: "amqp"),
        topology: @escaping Topology = { (_: AMQPConnection) async throws(AMQPError) -> Void in }
    ) {
        self.configuration = configuration
        self.topology = topology
        self.executor = executor
        changes = ChangeSignal(loop: executor)
    }

    /// Connects, and connects again, until the session is closed or the task is cancelled; the session is closed then,
    /// by the protocol. So the owner of the task owns the session's life. Returns at once when the session runs already
    /// or was closed.
    public func run() async {
        guard begin() else { return }
        await keepConnected()
        await close()
    }

    /// Runs the session in a task of its own, which ``close(timeout:)`` ends; does nothing when the session runs
    /// already or was closed.
    public func start() {
        if begin() { running = Task { await self.keepConnected() } }
    }

    private func begin() -> Bool {
        guard !isStarted, state != .closed else { return false }
        isStarted = true
        return true
    }

    /// What the session is doing now; may be read from any thread.
    public nonisolated var state: State { currentState.withLock { $0 } }

    /// The connections that ended although nobody closed the session.
    public nonisolated var connectionsLost: Int { lost.load(ordering: .relaxed) }

    /// What the server says of itself, by AMQP's names such as `product` and `version`; nil while there is no connection.
    public var serverProperties: FieldTable? {
        get async { await connection?.serverProperties }
    }

    /// Waits until the state differs from `state`.
    ///
    /// - Parameter state: what the caller has seen last.
    /// - Returns: the new state; the same one if the task was cancelled.
    public func state(after state: State) async -> State {
        await changes.wait { self.state != state }
        return self.state
    }

    /// Waits until the session is connected (or blocked), for `timeout`, or for the cancellation of the task.
    ///
    /// - Parameter timeout: the longest wait.
    /// - Throws: why the last attempt failed, with the codes of ``AMQPConnection/connect(_:executor:)``; `.timedOut`
    ///   when no attempt has failed yet; `.closed` when the session was closed.
    public func waitUntilConnected(timeout: Duration) async throws(AMQPError) {
        let isOver = await changes.wait(until: .now + timeout) { connection != nil || state == .closed }
        if connection != nil { return }
        if isOver { throw awayReason }
        if case .disconnected(let reason) = state { throw reason }
        throw AMQPError(.timedOut, "no connection to the broker within \(timeout.seconds) s")
    }

    /// Why there is no connection.
    var awayReason: AMQPError {
        switch state {
        case .disconnected(let reason): reason
        case .closed: AMQPError(.closed, "the session was closed")
        case .connecting, .connected, .blocked: AMQPError(.connectionLost, "not connected to the broker yet")
        }
    }

    private func setState(_ state: State) {
        currentState.withLock { if $0 != .closed { $0 = state } }
        changes.changed()
    }

    private func keepConnected() async {
        var reconnector = Reconnector(hosts: configuration.endpoints.count, backoff: configuration.backoff)
        var generator = SystemRandomNumberGenerator()
        // In the first round every host is asked before anybody is told that there is no connection: one that refuses
        // outweighs those that are away.
        var untried = configuration.endpoints.count
        var refusal: AMQPError?
        while state != .closed, !Task.isCancelled {
            var reason = AMQPError(.invalidURI, "no endpoint to connect to")
            if let host = reconnector.host {
                do throws(AMQPError) {
                    let connection = try await connect(to: configuration.endpoints[host])
                    reconnector.connected()
                    untried = 0
                    refusal = nil
                    reason = await watch(connection)
                    if state != .closed { lost.wrappingAdd(1, ordering: .relaxed) }
                } catch {
                    reason = error
                }
            }
            connection = nil
            publisher = nil
            for consumer in consumers.values { consumer.pages = nil }
            let delay = reconnector.ended(isRefused: reason.isLastingRefusal, using: &generator)
            if untried > 0 {
                untried -= 1
                if reason.isLastingRefusal { refusal = refusal ?? reason }
                if untried > 0 { continue }
                reason = refusal ?? reason
            }
            setState(.disconnected(reason))
            await changes.wait(until: .now + delay) { state == .closed }
        }
    }

    private func connect(to endpoint: ByteStream.Endpoint) async throws(AMQPError) -> AMQPConnection {
        let connection = try await AMQPConnection.connect(configuration, to: endpoint, executor: executor)
        do throws(AMQPError) { try await prepare(connection) } catch {
            await connection.close(timeout: .seconds(1))
            throw error
        }
        return connection
    }

    /// Declares the topology and takes up publishing and consuming.
    private func prepare(_ connection: AMQPConnection) async throws(AMQPError) {
        try await topology(connection)
        publisher = try await confirmingChannel(of: connection)
        guard state != .closed else { throw awayReason }
        self.connection = connection
        for consumer in consumers.values where !consumer.isCancelled { await take(consumer, connection) }
    }

    private func confirmingChannel(of connection: AMQPConnection) async throws(AMQPError) -> AMQPChannel {
        let channel = try await connection.openChannel()
        try await channel.confirmSelect()
        return channel
    }

    /// Follows the connection until it ends, and returns why.
    private func watch(_ connection: AMQPConnection) async -> AMQPError {
        while true {
            let blocked = await connection.blockedReason
            if let reason = await connection.endReason { return reason }
            setState(blocked.map { .blocked($0) } ?? .connected)
            await connection.waitWhileBlockedReason(is: blocked)
            guard Task.isCancelled else { continue }
            await connection.close()
            return AMQPError(.closed, "the session was closed")
        }
    }

    /// Publishes with confirms over a channel of the session's own; see ``AMQPChannel/publish(_:)``.
    ///
    /// While the session is not connected, every message fails at once, with the reason. What is under way when the
    /// connection is lost is `unknown`: the caller publishes it again, and consumers tell repetitions by the message's
    /// identity.
    ///
    /// - Parameter messages: any number, also none.
    /// - Returns: one outcome per message, in the same order.
    public nonisolated(nonsending) func publish(_ messages: [AMQPOutgoing]) async -> [AMQPPublishOutcome] {
        if let channel = route.withLock({ $0 }), channel.endReason == nil { return await channel.publish(messages) }
        do throws(AMQPError) {
            let channel = try await publishingChannel()
            return await channel.publish(messages)
        } catch {
            return Array(repeating: .failed(error), count: messages.count)
        }
    }

    private func updateRoute() {
        let new = connection == nil ? nil : publisher
        route.withLock { $0 = new }
    }

    /// The channel to publish on; a new one when the broker has closed the last one.
    private func publishingChannel() async throws(AMQPError) -> AMQPChannel {
        let deadline = ContinuousClock.now + configuration.sendTimeout
        while true {
            let count = changes.count
            guard let connection else { throw awayReason }
            if let publisher, publisher.endReason == nil { return publisher }
            if case .blocked(let reason) = state {
                throw AMQPError.blocked(reason)
            }
            let rest = deadline - .now
            guard rest > .zero else { throw AMQPError(.blocked, "the broker did not open a channel in time") }
            guard !isOpeningPublisher else {
                // The wait below would return at once.
                if Task.isCancelled { throw AMQPError(.blocked, "the task was cancelled before a channel was open") }
                await changes.wait(after: count, timeout: rest)
                continue
            }
            isOpeningPublisher = true
            defer {
                isOpeningPublisher = false
                changes.changed()
            }
            let channel = try await confirmingChannel(of: connection)
            guard self.connection === connection else { throw awayReason }
            publisher = channel
        }
    }

    /// Runs `body` with a channel that is closed afterwards.
    ///
    /// - Parameter body: called once, with an open channel of the current connection.
    /// - Returns: what `body` returns.
    /// - Throws: the body's error; what ``AMQPConnection/openChannel()`` throws; while there is no connection, why:
    ///   `.connectionLost` before the first one, the last attempt's reason, or `.closed`.
    public func withChannel<Result: Sendable>(
        _ body: @Sendable (AMQPChannel) async throws(AMQPError) -> Result
    ) async throws(AMQPError) -> Result {
        guard let connection else { throw awayReason }
        return try await connection.withChannel(body)
    }

    /// Consumes, on a channel of its own, and goes on after each reconnect.
    ///
    /// - Parameter request: what to consume, and how.
    /// - Returns: a consumer, which the caller closes.
    /// - Throws: what ``AMQPChannel/consume(_:prefetch:tag:exclusive:arguments:)`` throws, such as `.notFound` if the
    ///   queue does not exist; while there is no connection, why: `.connectionLost` before the first one, the last
    ///   attempt's reason, or `.closed`.
    public func consume(_ request: AMQPConsumer.Request) async throws(AMQPError) -> AMQPSessionConsumer {
        guard let connection else { throw awayReason }
        lastConsumer += 1
        let number = lastConsumer
        let consumer = SessionConsumerState(request)
        consumers[number] = consumer
        await take(consumer, connection)
        guard consumer.consumer != nil else {
            consumers[number] = nil
            throw consumer.failure ?? awayReason
        }
        return AMQPSessionConsumer(session: self, number: number, current: consumer.current)
    }

    /// Replaces the secret of the login for the current connection and later ones; without a connection, for later
    /// ones.
    ///
    /// - Parameters:
    ///   - secret: the new password or token.
    ///   - reason: for the broker's log; at most 255 bytes of UTF-8.
    /// - Throws: `.notAllowed` or `.accessRefused` when the broker refuses the secret, `.unencodable` when the reason
    ///   is too long: the next connection is made with the former secret. `.timedOut`, or why the connection ended,
    ///   when there was no answer: the next connection is made with the new secret.
    public func updateSecret(_ secret: String, reason: String) async throws(AMQPError) {
        let before = configuration.authentication
        if case .plain(let user, _) = before {
            configuration.authentication = .plain(user: user, password: secret)
        }
        do throws(AMQPError) {
            try await connection?.updateSecret(secret, reason: reason)
        } catch {
            if error.isRefusal || error.code == .unencodable { configuration.authentication = before }
            throw error
        }
    }

    /// Ends the consumers, closes the connection by the protocol, and connects no more. Returns when that is done; may
    /// be called several times.
    ///
    /// - Parameter timeout: after which the socket is closed anyway.
    public func close(timeout: Duration = .seconds(5)) async {
        setState(.closed)
        await connection?.close(timeout: timeout)
        connection = nil
        publisher = nil
        consumers = [:]
        running?.cancel()
        changes.changed()
        await running?.value
    }
}

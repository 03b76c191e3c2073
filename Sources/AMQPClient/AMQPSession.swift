public import Platform

/// Keeps one connection to a broker alive: connects, and after a loss connects again with backoff, host by host; each
/// time it declares the topology, opens the publishing channel and takes up every consumer.
///
/// May be used from any task. Nothing happens before ``start()``; ``close(timeout:)`` ends it.
public actor AMQPSession: QueueActor {
    /// What the session is doing.
    public enum State: Sendable, Hashable {
        /// Not started, or on the way to its first connection.
        case connecting
        /// Connected; the topology is declared.
        case connected
        /// Connected, but the broker takes no messages; its reason.
        case blocked(String)
        /// Lost, or the last attempt failed; it tries again by itself.
        case disconnected(AMQPError)
        /// Closed.
        case closed
    }

    /// The dispatch queue that everything of it runs on.
    public nonisolated let executor: QueueExecutor

    /// A session that is not started.
    ///
    /// - Parameters:
    ///   - label: names the dispatch queue in debuggers.
    ///   - topology: declares what has to exist, on a channel of each new connection, before anything is published or
    ///     consumed on it. When it throws, the connection is closed and the attempt has failed with that error.
    public init(
        _ configuration: AMQPConfiguration, label: String = "amqp",
        topology: @escaping @Sendable (AMQPChannel) async throws(AMQPError) -> Void = { (_) throws(AMQPError) in }
    ) {
        executor = QueueExecutor(label: label)
    }

    /// Begins to connect; does nothing when it has begun already.
    public func start() {}

    /// What the session is doing now; may be read from any thread.
    public nonisolated var state: State { .connecting }

    /// Waits until the state differs from `state`, and returns the new one; the old one if the task was cancelled.
    public func state(after state: State) async -> State { state }

    /// Waits until the session is connected (or blocked).
    ///
    /// - Throws: after `timeout` the last reason why it is not; `.closed` when it was closed; `.timedOut` when the task
    ///   was cancelled.
    public func waitUntilConnected(timeout: Duration) async throws(AMQPError) {}

    /// Publishes with confirms over a channel of the session's own; see ``AMQPChannel/publish(_:)``.
    ///
    /// While it is not connected, every message fails at once. What is under way when the connection is lost is
    /// `unknown`: the caller publishes it again, since consumers tell repetitions by the message's identity.
    public func publish(_ messages: [AMQPOutgoing]) async -> [AMQPPublishOutcome] { [] }

    /// Runs `body` with a channel that is closed afterwards.
    ///
    /// - Throws: the body's error; the reason why there is no connection.
    public func withChannel<Result: Sendable>(
        _ body: @Sendable (AMQPChannel) async throws(AMQPError) -> Result
    ) async throws(AMQPError) -> Result { throw AMQPError(.unreachable, "") }

    /// Consumes, on a channel of its own, and goes on after each reconnect.
    ///
    /// - Throws: `.notFound` if there is no such queue, or the reason why there is no connection.
    public func consume(_ request: AMQPConsumer.Request) async throws(AMQPError) -> AMQPSessionConsumer {
        throw AMQPError(.unreachable, "")
    }

    /// Replaces the secret of the login for this connection and later ones.
    public func updateSecret(_ secret: String, reason: String) async throws(AMQPError) {}

    /// Ends the consumers, closes the connection by the protocol, after `timeout` anyway, and tries no more.
    public func close(timeout: Duration = .seconds(5)) async {}
}

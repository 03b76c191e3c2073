public import AMQPWire
public import Platform

/// A connection to a broker. It does not reconnect: ``AMQPSession`` does.
///
/// An actor on a dispatch queue that it shares with its socket. It reads and writes by itself from ``connect(_:executor:)``
/// until it is closed or lost.
public actor AMQPConnection: QueueActor {
    /// The dispatch queue that everything of it runs on.
    public nonisolated let executor: QueueExecutor

    private init(executor: QueueExecutor) {
        self.executor = executor
    }

    /// Connects to the first endpoint that answers, and logs in.
    ///
    /// - Parameter executor: the queue to run on; nil: one of its own.
    /// - Throws: the last endpoint's reason: `.unreachable`, `.tls`, `.accessRefused` (user or password), `.notAllowed`
    ///   (virtual host), `.timedOut`, ...
    public static func connect(
        _ configuration: AMQPConfiguration, executor: QueueExecutor? = nil
    ) async throws(AMQPError) -> AMQPConnection {
        throw AMQPError(.unreachable, "")
    }

    /// Opens a channel.
    ///
    /// - Throws: `.notAllowed` when there are as many as were negotiated, or the reason why the connection has ended.
    public func openChannel() async throws(AMQPError) -> AMQPChannel {
        throw AMQPError(.unreachable, "")
    }

    /// What the broker said of itself (connection.start).
    public var serverProperties: FieldTable { [:] }

    /// Whether the broker takes no messages at the moment (connection.blocked), and why.
    public var blockedReason: String? { nil }

    /// Why the connection has ended; nil while it lives.
    public var endReason: AMQPError? { nil }

    /// Waits until the connection has ended, and says why; returns at once when it has. Nil if the task was cancelled.
    public func waitUntilEnded() async -> AMQPError? { nil }

    /// Replaces the secret of the login, such as an OAuth token that expires (connection.update-secret).
    public func updateSecret(_ secret: String, reason: String) async throws(AMQPError) {}

    /// Closes by the protocol: what was written before goes out first. After `timeout` the socket is closed anyway.
    public func close(timeout: Duration = .seconds(5)) async {}

    func request(_ method: Method, _ channel: UInt16, _ serial: UInt64) async throws(AMQPError) -> Method {
        throw AMQPError(.unreachable, "")
    }
    func get(_ queue: String, _ channel: UInt16, _ serial: UInt64) async throws(AMQPError) -> AMQPDelivery? { nil }
    func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement, _ channel: UInt16, _ serial: UInt64
    ) async throws(AMQPError) {}
    func consume(
        _ request: AMQPConsumer.Request, epoch: UInt32, _ channel: UInt16, _ serial: UInt64
    ) async throws(AMQPError) -> AMQPConsumer { throw AMQPError(.unreachable, "") }
    func confirmSelect(_ channel: UInt16, _ serial: UInt64) async throws(AMQPError) {}
    func publish(_ messages: [AMQPOutgoing], _ channel: UInt16, _ serial: UInt64) async -> [AMQPPublishOutcome] { [] }
    func next(
        upTo count: Int, linger: Duration, _ tag: String, _ channel: UInt16, _ serial: UInt64
    ) async throws(AMQPError) -> [AMQPDelivery] { [] }
    func cancel(_ tag: String, _ channel: UInt16, _ serial: UInt64) async throws(AMQPError) {}
    func closeChannel(_ channel: UInt16, _ serial: UInt64) async {}
}

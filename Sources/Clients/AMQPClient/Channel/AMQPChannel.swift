public import AMQPWire
import Synchronization

/// A channel of a connection: one line of requests, publishes and deliveries, in order.
///
/// A handle that may be used from any task. Requests are answered one at a time, in the order in which they were made.
/// When the broker refuses one it closes the channel: the error says why, and every later call fails with it.
public final class AMQPChannel: Sendable {
    /// The connection that it belongs to.
    public let connection: AMQPConnection
    /// Its number on the wire.
    public let number: UInt16
    private let end = Mutex<AMQPError?>(nil)
    private let confirming = Atomic(false)

    init(connection: AMQPConnection, number: UInt16) {
        self.connection = connection
        self.number = number
    }

    /// Why the channel has ended; nil while it lives.
    public var endReason: AMQPError? { end.withLock { $0 } }

    /// Whether the broker confirms what is published.
    var isConfirming: Bool { confirming.load(ordering: .acquiring) }

    func beginConfirming() {
        confirming.store(true, ordering: .releasing)
    }

    /// The first reason stays.
    func ended(_ reason: AMQPError) {
        end.withLock { if $0 == nil { $0 = reason } }
    }

    /// exchange.declare.
    ///
    /// - Throws: `.preconditionFailed` if it exists with other properties.
    public nonisolated(nonsending) func declareExchange(_ declaration: ExchangeDeclare) async throws(AMQPError) {
        _ = try await request(.exchangeDeclare(declaration))
    }

    /// exchange.bind.
    public nonisolated(nonsending) func bind(_ binding: ExchangeBinding) async throws(AMQPError) {
        _ = try await request(.exchangeBind(binding))
    }

    /// exchange.unbind.
    public nonisolated(nonsending) func unbind(_ binding: ExchangeBinding) async throws(AMQPError) {
        _ = try await request(.exchangeUnbind(binding))
    }

    /// queue.declare; with `passive` set it only asks.
    ///
    /// - Returns: its name (which the broker made if none was given) and how full it is.
    /// - Throws: `.preconditionFailed` if it exists with other properties, `.notFound` if it does not exist and
    ///   `passive` is set, `.resourceLocked` if it is exclusive to another connection.
    @discardableResult
    public nonisolated(nonsending) func declareQueue(
        _ declaration: QueueDeclare
    ) async throws(AMQPError) -> QueueDeclareOk {
        guard case .queueDeclareOk(let answer) = try await request(.queueDeclare(declaration)) else {
            throw AMQPError(.protocolViolation, "another answer than queue.declare-ok")
        }
        return answer
    }

    /// queue.bind.
    public nonisolated(nonsending) func bind(_ binding: QueueBinding) async throws(AMQPError) {
        _ = try await request(.queueBind(binding))
    }

    /// queue.unbind.
    public nonisolated(nonsending) func unbind(_ binding: QueueBinding) async throws(AMQPError) {
        _ = try await request(.queueUnbind(binding))
    }

    /// queue.purge. - Returns: how many messages were removed.
    @discardableResult
    public nonisolated(nonsending) func purgeQueue(_ name: String) async throws(AMQPError) -> UInt32 {
        guard case .queuePurgeOk(let count) = try await request(.queuePurge(queue: name, noWait: false)) else {
            throw AMQPError(.protocolViolation, "another answer than queue.purge-ok")
        }
        return count
    }

    /// queue.delete; a queue that does not exist is no error for RabbitMQ.
    ///
    /// - Returns: how many messages went with it.
    @discardableResult
    public nonisolated(nonsending) func deleteQueue(
        _ name: String, ifUnused: Bool = false, ifEmpty: Bool = false
    ) async throws(AMQPError) -> UInt32 {
        let method = Method.queueDelete(queue: name, ifUnused: ifUnused, ifEmpty: ifEmpty, noWait: false)
        guard case .queueDeleteOk(let count) = try await request(method) else {
            throw AMQPError(.protocolViolation, "another answer than queue.delete-ok")
        }
        return count
    }

    /// basic.get: takes one message, if there is one; to be settled by ``settle(_:_:)``.
    ///
    /// - Returns: nil when the queue is empty.
    public nonisolated(nonsending) func get(_ queue: String) async throws(AMQPError) -> AMQPDelivery? {
        try await connection.get(queue, self)
    }

    /// Settles deliveries of ``get(_:)`` or of the consumers of this channel, in as few methods as can be; returns
    /// when the connection has taken them. Tags that are settled already are ignored.
    ///
    /// - Throws: when the channel or the connection has ended: the broker gives the messages back to their queues.
    public nonisolated(nonsending) func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement
    ) async throws(AMQPError) {
        try await connection.settle(tags, settlement, self)
    }

    /// Starts to consume; at most `prefetch` deliveries are unsettled at a time, and buffered.
    ///
    /// - Parameters:
    ///   - prefetch: 1 ... 65,535.
    ///   - tag: the consumer's name; nil: the client makes one.
    ///   - exclusive: whether the broker refuses other consumers of the queue.
    /// - Throws: `.notFound` if there is no such queue, `.accessRefused` if another consumer is exclusive.
    public nonisolated(nonsending) func consume(
        _ queue: String, prefetch: Int, tag: String? = nil, exclusive: Bool = false, arguments: FieldTable = [:]
    ) async throws(AMQPError) -> AMQPConsumer {
        try await connection.consume(
            AMQPConsumer.Request(
                queue: queue, prefetch: prefetch, tag: tag, exclusive: exclusive, arguments: arguments),
            epoch: 1, self)
    }

    /// confirm.select; ``publish(_:)`` makes it by itself when it is missing.
    public nonisolated(nonsending) func confirmSelect() async throws(AMQPError) {
        try await connection.confirmSelect(self)
    }

    /// Publishes in order, with confirms, and returns when the outcome of every message is known, in the same order.
    ///
    /// What many tasks publish at once goes out together. Messages wait while the broker blocks publishers and while
    /// too many are unconfirmed, bounded by the configuration. Cancelling the task does not take back what was sent.
    public nonisolated(nonsending) func publish(_ messages: [AMQPOutgoing]) async -> [AMQPPublishOutcome] {
        await connection.publish(messages, self)
    }

    /// Closes the channel; unsettled deliveries go back to their queues. Does nothing when it is closed already.
    public nonisolated(nonsending) func close() async {
        await connection.closeChannel(self)
    }

    private nonisolated(nonsending) func request(_ method: Method) async throws(AMQPError) -> Method {
        try await connection.request(method.wantingAnswer, self)
    }
}

public import AMQPWire
import Synchronization

/// A channel of a connection: one line of requests, publishes and deliveries, in order.
///
/// A handle; safe to use from any task and thread. Requests are answered one at a time, in the order in which they were
/// made. When the broker refuses a request it closes the channel: the error says why, and every later call fails with
/// it. A request waits for its answer or its timeout, also in a task that is cancelled.
///
/// Each call that throws may throw, beside the codes that its own documentation names:
///
/// - `.unencodable` when a name or table does not fit its field; nothing was sent, and the channel goes on;
/// - `.timedOut` when the broker does not answer within ``AMQPConfiguration/requestTimeout``; the channel ends;
/// - the ``endReason``, when the channel has ended or ends meanwhile: `.channelClosed`, or a code that says more
///   (`.accessRefused`, `.notFound`, `.resourceLocked`, `.preconditionFailed`, `.notAllowed`), when the broker closes
///   it; `.connectionLost`, `.connectionClosed` or `.protocolViolation` when the connection ends; `.closed` when this
///   side closes either.
public final class AMQPChannel: Sendable {
    /// The connection that the channel belongs to.
    public let connection: AMQPConnection
    /// The channel's number on the wire, 1 or more. A later channel may have the same number.
    public let number: UInt16
    private let end = Mutex<AMQPError?>(nil)
    private let confirming = Atomic(false)

    init(connection: AMQPConnection, number: UInt16) {
        self.connection = connection
        self.number = number
    }

    /// Why the channel has ended; nil while it lives.
    public var endReason: AMQPError? { end.withLock { $0 } }

    var isConfirming: Bool { confirming.load(ordering: .acquiring) }

    func beginConfirming() {
        confirming.store(true, ordering: .releasing)
    }

    /// The first reason stays.
    func ended(_ reason: AMQPError) {
        end.withLock { if $0 == nil { $0 = reason } }
    }

    /// Makes an exchange, or checks the one that exists (exchange.declare).
    ///
    /// - Parameter declaration: the exchange; its `noWait` is ignored.
    /// - Throws: `.preconditionFailed` if it exists with other properties, `.notFound` if it does not exist and
    ///   `passive` is set, `.accessRefused` without the permission; and what ``AMQPChannel`` names.
    public nonisolated(nonsending) func declareExchange(_ declaration: ExchangeDeclare) async throws(AMQPError) {
        _ = try await request(.exchangeDeclare(declaration))
    }

    /// Routes messages from one exchange to another, until the binding is removed (exchange.bind, RabbitMQ's
    /// extension). A binding that exists is left as it is.
    ///
    /// - Parameter binding: the binding; its `noWait` is ignored.
    /// - Throws: `.notFound` if one of the exchanges does not exist, `.accessRefused` without the permission; and what
    ///   ``AMQPChannel`` names.
    public nonisolated(nonsending) func bind(_ binding: ExchangeBinding) async throws(AMQPError) {
        _ = try await request(.exchangeBind(binding))
    }

    /// Removes a binding between exchanges (exchange.unbind, RabbitMQ's extension).
    ///
    /// - Parameter binding: the binding, with the routing key and the arguments that it was made with.
    /// - Throws: `.notFound` where the broker misses what was bound, `.accessRefused` without the permission; and what
    ///   ``AMQPChannel`` names.
    public nonisolated(nonsending) func unbind(_ binding: ExchangeBinding) async throws(AMQPError) {
        _ = try await request(.exchangeUnbind(binding))
    }

    /// Makes a queue, or checks the one that exists (queue.declare); with `passive` set it only asks.
    ///
    /// - Parameter declaration: the queue; its `noWait` is ignored.
    /// - Returns: the queue's name (which the broker made if none was given) and how full it is.
    /// - Throws: `.preconditionFailed` if it exists with other properties, `.notFound` if it does not exist and
    ///   `passive` is set, `.resourceLocked` if it is exclusive to another connection, `.accessRefused` without the
    ///   permission or for a name that begins with `amq.`; and what ``AMQPChannel`` names.
    @discardableResult
    public nonisolated(nonsending) func declareQueue(
        _ declaration: QueueDeclare
    ) async throws(AMQPError) -> QueueDeclareOk {
        guard case .queueDeclareOk(let answer) = try await request(.queueDeclare(declaration)) else {
            throw AMQPError(.protocolViolation, "the broker did not answer with queue.declare-ok")
        }
        return answer
    }

    /// Routes messages from an exchange to a queue, until the binding is removed (queue.bind). A binding that exists is
    /// left as it is.
    ///
    /// - Parameter binding: the binding; its `noWait` is ignored.
    /// - Throws: `.notFound` if the queue or the exchange does not exist, `.accessRefused` without the permission; and
    ///   what ``AMQPChannel`` names.
    public nonisolated(nonsending) func bind(_ binding: QueueBinding) async throws(AMQPError) {
        _ = try await request(.queueBind(binding))
    }

    /// Removes a binding of a queue (queue.unbind).
    ///
    /// - Parameter binding: the binding, with the routing key and the arguments that it was made with.
    /// - Throws: `.notFound` where the broker misses what was bound, `.accessRefused` without the permission; and what
    ///   ``AMQPChannel`` names.
    public nonisolated(nonsending) func unbind(_ binding: QueueBinding) async throws(AMQPError) {
        _ = try await request(.queueUnbind(binding))
    }

    /// Removes the messages that are ready in a queue; those that consumers hold stay (queue.purge).
    ///
    /// - Parameter name: the queue's name.
    /// - Returns: how many messages were removed.
    /// - Throws: `.notFound` if the queue does not exist, `.resourceLocked` if it is exclusive to another connection,
    ///   `.accessRefused` without the permission; and what ``AMQPChannel`` names.
    @discardableResult
    public nonisolated(nonsending) func purgeQueue(_ name: String) async throws(AMQPError) -> UInt32 {
        guard case .queuePurgeOk(let count) = try await request(.queuePurge(queue: name, noWait: false)) else {
            throw AMQPError(.protocolViolation, "the broker did not answer with queue.purge-ok")
        }
        return count
    }

    /// Deletes a queue (queue.delete); one that does not exist is not an error for RabbitMQ.
    ///
    /// - Parameters:
    ///   - name: the queue's name.
    ///   - ifUnused: whether the broker refuses while the queue has consumers.
    ///   - ifEmpty: whether the broker refuses while the queue has messages.
    /// - Returns: how many messages went with the queue.
    /// - Throws: `.preconditionFailed` if the queue is used, or not empty, and that was asked for; `.resourceLocked` if
    ///   it is exclusive to another connection, `.accessRefused` without the permission; and what ``AMQPChannel``
    ///   names.
    @discardableResult
    public nonisolated(nonsending) func deleteQueue(
        _ name: String, ifUnused: Bool = false, ifEmpty: Bool = false
    ) async throws(AMQPError) -> UInt32 {
        let method = Method.queueDelete(queue: name, ifUnused: ifUnused, ifEmpty: ifEmpty, noWait: false)
        guard case .queueDeleteOk(let count) = try await request(method) else {
            throw AMQPError(.protocolViolation, "the broker did not answer with queue.delete-ok")
        }
        return count
    }

    /// Takes one message of a queue, if there is one, which ``settle(_:_:)`` settles (basic.get). A consumer is much
    /// faster.
    ///
    /// - Parameter queue: the queue's name.
    /// - Returns: the message; nil when the queue is empty.
    /// - Throws: `.notFound` if the queue does not exist, `.resourceLocked` if it is exclusive to another connection,
    ///   `.accessRefused` without the permission; and what ``AMQPChannel`` names.
    public nonisolated(nonsending) func get(_ queue: String) async throws(AMQPError) -> AMQPDelivery? {
        try await connection.get(queue, self)
    }

    /// Settles deliveries of ``get(_:)`` or of the consumers of this channel, in as few methods as possible; returns
    /// when the connection has taken them, since the broker does not answer.
    ///
    /// - Parameters:
    ///   - tags: the deliveries, in any order; those that are settled already or unknown are ignored.
    ///   - settlement: what becomes of them.
    /// - Throws: the ``endReason`` when the channel or the connection has ended: the broker gives the messages back to
    ///   their queues.
    public nonisolated(nonsending) func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement
    ) async throws(AMQPError) {
        try await connection.settle(tags, settlement, self)
    }

    /// How many deliveries of ``get(_:)`` and of this channel's consumers are not settled, those included that wait in a
    /// consumer's buffer; none after the channel's end.
    public var unsettledDeliveries: Int { get async { await connection.unsettledDeliveries(of: self) } }

    /// Starts to consume (basic.qos and basic.consume); at most `prefetch` deliveries are unsettled at a time, and
    /// buffered.
    ///
    /// - Parameters:
    ///   - queue: the queue's name.
    ///   - prefetch: the most unsettled deliveries: 1 ... 65,535.
    ///   - tag: the consumer's name on this channel; nil: the client makes one.
    ///   - exclusive: whether the broker refuses other consumers of the queue.
    ///   - arguments: the broker's own, such as `x-priority`.
    /// - Returns: the consumer, whose first deliveries are on their way.
    /// - Throws: `.notFound` if the queue does not exist, `.accessRefused` without the permission or if another
    ///   consumer is exclusive, `.notAllowed` if the channel has a consumer of that name, `.unencodable` for another
    ///   prefetch; and what ``AMQPChannel`` names.
    public nonisolated(nonsending) func consume(
        _ queue: String, prefetch: Int, tag: String? = nil, exclusive: Bool = false, arguments: FieldTable = [:]
    ) async throws(AMQPError) -> AMQPConsumer {
        try await connection.consume(
            AMQPConsumer.Request(
                queue: queue, prefetch: prefetch, tag: tag, exclusive: exclusive, arguments: arguments),
            epoch: 1, self)
    }

    /// Asks the broker to confirm what is published on the channel (confirm.select, RabbitMQ's extension);
    /// ``publish(_:)`` does so by itself when nobody has. Does nothing the second time.
    ///
    /// - Throws: what ``AMQPChannel`` names.
    public nonisolated(nonsending) func confirmSelect() async throws(AMQPError) {
        try await connection.confirmSelect(self)
    }

    /// Publishes in order, with confirms, and returns when the outcome of every message is known, in the same order.
    ///
    /// What many tasks publish at once goes out together. Messages wait while the broker blocks publishers and while
    /// too many are unconfirmed, bounded by the configuration. Cancelling the task does not take back what was sent,
    /// and the call still waits for the outcomes.
    ///
    /// - Parameter messages: any number, also none.
    /// - Returns: one outcome per message. A message that has ``AMQPPublishOutcome/failed(_:)`` was not sent, because
    ///   of `.blocked` (it waited for ``AMQPConfiguration/sendTimeout``, or too many wait), `.unencodable`, or the
    ///   channel's ``endReason``; one that is ``AMQPPublishOutcome/unknown(_:)`` was not confirmed in time
    ///   (`.timedOut`) or before the channel ended.
    public nonisolated(nonsending) func publish(_ messages: [AMQPOutgoing]) async -> [AMQPPublishOutcome] {
        await connection.publish(messages, self)
    }

    /// Closes the channel, and returns when the broker has answered, the request's timeout has passed, or the
    /// connection has ended. Unsettled deliveries go back to their queues; what was published and not confirmed is
    /// unknown. Does nothing when the channel is closed already.
    public nonisolated(nonsending) func close() async {
        await connection.closeChannel(self)
    }

    /// Closes the channel as ``close()`` does, with a timeout of its own.
    ///
    /// - Parameters:
    ///   - isRequeuing: whether the deliveries are given back before the channel is closed, and not by its end.
    ///   - timeout: how long to wait for the broker's answer.
    nonisolated(nonsending) func close(requeuing isRequeuing: Bool, timeout: Duration) async {
        await connection.closeChannel(self, requeuing: isRequeuing, timeout: timeout)
    }

    /// How many consumers the queue has by the broker's count.
    nonisolated(nonsending) func consumers(of queue: String) async throws(AMQPError) -> Int {
        var question = QueueDeclare(queue: queue)
        question.passive = true
        return Int(try await declareQueue(question).consumerCount)
    }

    private nonisolated(nonsending) func request(_ method: Method) async throws(AMQPError) -> Method {
        try await connection.request(method.wantingAnswer, self)
    }
}

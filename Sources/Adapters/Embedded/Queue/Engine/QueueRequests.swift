import Messaging
import Synchronization

/// Publications of one call that wait to be made durable.
struct PublishRequest: Sendable {
    let publications: [PreparedPublication]
    let continuation: CheckedContinuation<[PublishOutcome], Never>

    var size: Int { publications.reduce(0) { $0 + $1.size } }
}

/// What the engine is asked beside publishing.
enum Command: Sendable {
    case settle(SettleRequest)
    case wait(Wait)
    case end(EndRequest)
    case operation(Operation)
}

/// The end of a consumer.
struct EndRequest: Sendable {
    let consumer: Int64
    let phase: QueueEngine.ConsumerRecord.Phase
    let continuation: CheckedContinuation<Void, Never>
}

/// Deliveries that a consumer lets go of.
struct SettleRequest: Sendable {
    let consumer: Int64
    let tags: [DeliveryTag]
    let settlement: Settlement
    let continuation: CheckedContinuation<MessagingError?, Never>
}

/// A consumer's wait for deliveries.
struct Wait: Sendable {
    typealias Answer = Result<[RawDelivery], MessagingError>

    let consumer: Int64
    let count: Int
    let linger: Duration
    let ticket: WaitTicket
    let continuation: CheckedContinuation<Answer, Never>
    /// When what is there has to do; set as long as something is there.
    var deadline: ContinuousClock.Instant?
}

/// Tells the engine that the task that waits was cancelled; it may be told before the wait has got there.
final class WaitTicket: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() {
        cancelled.store(true, ordering: .releasing)
    }
}

/// A delivery before its envelope is read, which is done on the consumer's side of the hand-over.
struct RawDelivery: Sendable {
    let tag: DeliveryTag
    let envelope: [UInt8]
    let body: [UInt8]
    let isRedelivered: Bool

    func delivery() -> Delivery {
        let envelope = Envelope(recovering: envelope)
        return Delivery(
            tag: tag, message: Message(body: body, properties: envelope.properties), exchange: envelope.exchange,
            routingKey: envelope.routingKey, redelivered: isRedelivered)
    }
}

/// Anything else that is done within a write transaction.
struct Operation: Sendable {
    /// Throws a `MessagingError` only while it has not changed anything yet.
    let run: @Sendable (inout QueueEngine.State, QueueTransaction) throws -> Void
    let finish: @Sendable (MessagingError?) -> Void
}

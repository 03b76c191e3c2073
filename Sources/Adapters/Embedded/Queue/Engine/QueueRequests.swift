import Messaging
import Synchronization

/// Publications of one call that wait for a commit.
struct PublishRequest: Sendable {
    let publications: [PreparedPublication]
    let continuation: CheckedContinuation<[PublishOutcome], Never>

    var size: Int { publications.reduce(0) { $0 + $1.size } }
}

/// The requests to the engine other than publishing.
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

/// Deliveries that a consumer settles.
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
    /// When the messages that are ready must suffice; set while there is at least one.
    var deadline: ContinuousClock.Instant?
}

/// Reports to the engine that the waiting task was cancelled, possibly before the wait has reached the engine.
final class WaitTicket: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() {
        cancelled.store(true, ordering: .releasing)
    }
}

/// A delivery whose envelope is not read yet: the consumer's side of the hand-over reads it.
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

/// Any other work within a write transaction.
struct Operation: Sendable {
    /// Throws a `MessagingError` only before it has changed anything.
    let run: @Sendable (inout QueueEngine.State, QueueTransaction) throws -> Void
    let finish: @Sendable (MessagingError?) -> Void
}

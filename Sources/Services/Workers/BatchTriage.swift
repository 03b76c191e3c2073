import Events
import Messaging

/// Separates the events to write from the deliveries that can never be written.
struct BatchTriage {
    /// An event that a store can take.
    struct Item: BatchItem {
        let delivery: Delivery
        let event: Event
    }

    private(set) var items: [Item] = []
    private(set) var failures: [FailedDelivery] = []

    init(_ deliveries: [Delivery], receivedAt: Timestamp) {
        items.reserveCapacity(deliveries.count)
        for delivery in deliveries {
            guard !delivery.message.isBodyLeftOut else {
                failures.append(
                    FailedDelivery(
                        delivery: delivery, failure: .permanent(.malformed), error: "the body is too large for an event"
                    ))
                continue
            }
            do throws(EventRejection) {
                let event = try EventMessage.event(in: delivery.message, receivedAt: receivedAt)
                items.append(Item(delivery: delivery, event: event))
            } catch {
                failures.append(
                    FailedDelivery(
                        delivery: delivery, failure: .permanent(error.deadLetterReason),
                        error: "\(MessageContent.explaining(error, in: delivery.message))"))
            }
        }
    }
}

extension EventRejection {
    fileprivate var deadLetterReason: DeadLetterReason {
        switch self {
        case .malformed: .malformed
        case .invalid: .invalid
        }
    }
}

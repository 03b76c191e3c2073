import Events
import Messaging

/// Separates the events to write from the deliveries that can never be written.
struct BatchTriage {
    /// An event that a store can take.
    struct Item {
        let delivery: Delivery
        let event: Event
    }

    private(set) var items: [Item] = []
    private(set) var failures: [FailedDelivery] = []

    /// - Parameter receivedAt: The time of events that name none.
    init(_ deliveries: [Delivery], receivedAt: Timestamp) {
        let decoder = EventDecoder()
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
                let properties = delivery.message.properties
                let event = try decoder.decode(
                    message: delivery.message.body, messageID: properties.messageID,
                    timestamp: properties.timestamp.flatMap { Timestamp(secondsSinceEpoch: $0) },
                    receivedAt: receivedAt)
                items.append(Item(delivery: delivery, event: event))
            } catch {
                failures.append(
                    FailedDelivery(
                        delivery: delivery, failure: .permanent(error.deadLetterReason), error: "\(error)"))
            }
        }
    }
}

extension Timestamp {
    /// Nil where a timestamp cannot hold the moment, for example when a producer has sent microseconds for seconds.
    fileprivate init?(secondsSinceEpoch seconds: Int64) {
        let (microseconds, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if isTooLarge { return nil }
        self.init(microseconds: microseconds)
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

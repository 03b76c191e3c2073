import Events
import Messaging

/// The broker's record of a message that it dead-lettered by itself (`x-death`; RabbitMQ, "Dead Letter Exchanges").
struct BrokerDeath {
    let queue: String
    let reason: DeadLetterReason
    let time: Timestamp?

    /// The last death in a work queue; deaths in delay queues are the retry ladder at work.
    init?(_ headers: HeaderTable) {
        guard case .array(let deaths) = headers["x-death"] else { return nil }
        for case .table(let death) in deaths {
            guard let queue = death["queue"]?.text, PipelineTopology.workQueues.contains(queue),
                let reason = (death["reason"]?.text).flatMap(Self.reason)
            else { continue }
            self.queue = queue
            self.reason = reason
            time =
                if case .timestamp(let seconds) = death["time"] {
                    Timestamp(microseconds: seconds &* 1_000_000)
                } else {
                    nil
                }
            return
        }
        return nil
    }

    var text: String {
        switch reason {
        case .expired: "the event expired while it waited in the queue"
        case .overflow: "the queue was full and gave up its oldest message"
        case .retriesExhausted: "the broker's delivery limit was reached"
        case .malformed, .invalid, .rejected: "a consumer rejected the event without a reason"
        }
    }

    private static func reason(_ name: String) -> DeadLetterReason? {
        switch name {
        case "expired": .expired
        case "maxlen": .overflow
        case "delivery_limit": .retriesExhausted
        case "rejected": .rejected
        default: nil
        }
    }
}

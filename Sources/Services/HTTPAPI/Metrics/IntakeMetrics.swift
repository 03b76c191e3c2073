import Messaging
import Metrics

/// What became of posted events. Counting takes neither a lock nor memory; safe to use from any thread.
final class IntakeMetrics: Sendable {
    /// How publishing an event ended.
    enum Outcome: String, CaseIterable, Sendable {
        /// Durable in every queue.
        case confirmed
        /// Durable on this machine.
        case spooled
        /// No queue takes events.
        case returned
        /// The broker refused it.
        case rejected
        /// The broker cannot carry it.
        case unencodable
        /// It did not reach the broker.
        case failed
        /// The broker has not answered.
        case unknown

        init(_ outcome: PublishOutcome) {
            self =
                switch outcome {
                case .confirmed: .confirmed
                case .spooled: .spooled
                case .returned: .returned
                case .rejected: .rejected
                case .unencodable: .unencodable
                case .failed: .failed
                case .unknown: .unknown
                }
        }
    }

    private let outcomes = Counters<Outcome>()
    private let confirms = Histogram(.durations)
    private let batches = Histogram(.counts)

    /// Events whose publishing ended this way.
    func count(of outcome: Outcome) -> Int { outcomes[outcome] }

    /// Counts events that were published together, after that time.
    func count(_ published: [PublishOutcome], took: Duration) {
        for outcome in published { outcomes.add(to: Outcome(outcome)) }
        if published.allSatisfy({ $0 == .confirmed }) { confirms.add(took) }
        batches.add(published.count)
    }

    func add(to text: inout MetricsText) {
        text.add(
            "debias_events_published_total", .counter, "Posted events, by how publishing them ended.",
            outcomes.all.map { ([("outcome", $0.label.rawValue)], Double($0.count)) })
        text.add(
            "debias_publish_confirm_duration_seconds",
            "Time until the broker has confirmed what a request brought.", [([], confirms.snapshot)])
        text.add(
            "debias_request_events", "Events that a request brought.", [([], batches.snapshot)])
    }
}

import Messaging
import Metrics

/// What became of posted events. Counting takes neither a lock nor memory; safe to use from any thread.
final class IntakeMetrics: Sendable {
    /// How publishing or writing an event ended.
    enum Outcome: String, CaseIterable, Sendable {
        /// Durable in every queue.
        case confirmed
        /// Durable on this machine.
        case spooled
        /// In both stores, and not published.
        case stored
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
        /// A store has another event with its id.
        case conflict
        /// A store does not take it.
        case unstorable

        init(_ outcome: PublishOutcome) {
            self =
                switch outcome {
                case .confirmed: .confirmed
                case .spooled: .spooled
                case .stored: .stored
                case .returned: .returned
                case .rejected: .rejected
                case .unencodable: .unencodable
                case .failed: .failed
                case .unknown: .unknown
                case .conflict: .conflict
                case .unstorable: .unstorable
                }
        }
    }

    private let outcomes = Counters<Outcome>()
    private let confirmed: Counter
    private let confirms = Histogram(.durations)
    private let batches = Histogram(.counts)

    init() {
        confirmed = outcomes.counter(of: .confirmed)
    }

    /// Events whose publishing ended this way.
    func count(of outcome: Outcome) -> Int { outcomes[outcome] }

    /// Counts events that were published together, in that many microseconds.
    func count(_ published: [PublishOutcome], took time: Int) {
        batches.add(published.count)
        if published.allSatisfy(\.isConfirmed) {
            confirmed.add(published.count)
            confirms.add(time)
        } else {
            for outcome in published { outcomes.add(to: Outcome(outcome)) }
        }
    }

    func add(to text: inout MetricsText) {
        text.add(
            "debias_events_published_total", .counter, "Posted events, by how publishing or writing them ended.",
            outcomes.all.map { ([("outcome", $0.label.rawValue)], Double($0.count)) })
        text.add(
            "debias_publish_confirm_duration_seconds",
            "Time until the broker has confirmed what a request brought.", [([], confirms.snapshot)])
        text.add(
            "debias_request_events", "Events that a request brought.", [([], batches.snapshot)])
    }
}

extension PublishOutcome {
    /// Without the comparison of what other cases hold.
    fileprivate var isConfirmed: Bool {
        if case .confirmed = self { true } else { false }
    }
}

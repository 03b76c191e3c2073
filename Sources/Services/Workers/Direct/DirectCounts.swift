import Metrics

/// How many events that the API wrote itself had each answer of a store. Safe to use from any thread.
package final class DirectCounts: Sendable {
    /// What an event's answer was.
    package enum Outcome: String, CaseIterable, Sendable {
        /// Committed, now or before.
        case stored
        /// Refused: the store has other content under its id.
        case conflict
        /// Refused for ever.
        case rejected
        /// Not committed: the store was away, or too slow.
        case failed
    }

    private let outcomes = Counters<Outcome>()

    init() {}

    /// The events with that answer.
    package func count(of outcome: Outcome) -> Int { outcomes[outcome] }

    func add(_ answers: [DirectLane.Answer]) {
        for answer in answers {
            switch answer {
            case .stored: outcomes.add(to: .stored)
            case .conflict: outcomes.add(to: .conflict)
            case .rejected: outcomes.add(to: .rejected)
            case .failed: outcomes.add(to: .failed)
            }
        }
    }
}

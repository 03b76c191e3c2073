package import Events

/// An event of a ledger, and what is known to have become of it.
package struct Attempt: Sendable, Hashable {
    /// What a client knows of an event that it sent, in the words of Jepsen's tests.
    package enum Outcome: Sendable, Hashable {
        /// The server has promised that the event is durable.
        case acknowledged
        /// The server has answered with this status. Where that is a 503, the event may be stored all the same.
        case refused(Int)
        /// There was no answer: the event may be stored or not.
        case indeterminate
    }

    package let id: EventID
    /// The best of all answers, where the event was sent several times.
    package internal(set) var outcome: Outcome
    /// When the event was first sent, if the ledger tells it.
    package internal(set) var at: Timestamp?

    /// Notes another answer for the same event. An acknowledgement is a promise whatever came before or after it; without
    /// one, no answer leaves more open than a refusal.
    mutating func add(_ other: Outcome) {
        switch (outcome, other) {
        case (.acknowledged, _), (.indeterminate, .refused), (.indeterminate, .indeterminate): break
        case (.refused, _), (.indeterminate, .acknowledged): outcome = other
        }
    }
}

package import Events
package import Messaging

/// Selects letters; a property that is nil selects all.
package struct DeadLetterFilter: Sendable, Hashable {
    package var ids: Set<String>?
    /// The work queue in which they failed.
    package var queue: String?
    /// The class of failure.
    package var reason: DeadLetterReason?
    /// The fingerprint of the group.
    package var fingerprint: String?
    /// A part of the error's text; upper and lower case are equal.
    package var text: String?
    package var type: String?
    package var userID: Int64?
    package var productID: Int64?
    /// Given up at this moment or later.
    package var since: Timestamp?
    /// Given up before this moment.
    package var until: Timestamp?

    package init() {}

    /// Whether the filter selects the letter.
    package func matches(_ letter: DeadLetter) -> Bool {
        func holds<Value>(_ wanted: Value?, _ test: (Value) -> Bool) -> Bool { wanted.map(test) ?? true }
        return holds(ids) { $0.contains(letter.id) }
            && holds(queue) { $0 == letter.queue }
            && holds(reason) { $0 == letter.reason }
            && holds(fingerprint) { $0 == letter.fingerprint }
            && holds(text) { letter.error.lowercased().contains($0.lowercased()) }
            && holds(type) { $0 == letter.type }
            && holds(userID) { $0 == letter.userID }
            && holds(productID) { $0 == letter.productID }
            && holds(since) { since in letter.lastFailedAt.map { $0 >= since } ?? false }
            && holds(until) { until in letter.lastFailedAt.map { $0 < until } ?? false }
    }
}

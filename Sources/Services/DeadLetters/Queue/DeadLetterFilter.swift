package import Events
package import Messaging

/// Which letters are meant; what is nil does not matter.
package struct DeadLetterFilter: Sendable, Hashable {
    /// Letters by their ids.
    package var ids: Set<String>?
    /// The work queue they failed in.
    package var queue: String?
    /// The class of failure.
    package var reason: DeadLetterReason?
    /// The group.
    package var fingerprint: String?
    /// A part of the error's text, in any case.
    package var text: String?
    /// The event's type.
    package var type: String?
    /// The event's user.
    package var userID: Int64?
    /// The event's product.
    package var productID: Int64?
    /// Given up at this moment or later.
    package var since: Timestamp?
    /// Given up before this moment.
    package var until: Timestamp?

    /// Every letter.
    package init() {}

    /// Whether the letter is meant.
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

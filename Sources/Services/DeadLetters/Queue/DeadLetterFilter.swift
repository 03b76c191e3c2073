public import Events
public import Messaging

/// Which letters are meant; what is nil does not matter.
public struct DeadLetterFilter: Sendable, Hashable {
    /// Letters by their ids.
    public var ids: Set<String>?
    /// The work queue they failed in.
    public var queue: String?
    /// The class of failure.
    public var reason: DeadLetterReason?
    /// The group.
    public var fingerprint: String?
    /// A part of the error's text, in any case.
    public var text: String?
    /// The event's type.
    public var type: String?
    /// The event's user.
    public var userID: Int64?
    /// The event's product.
    public var productID: Int64?
    /// Given up at this moment or later.
    public var since: Timestamp?
    /// Given up before this moment.
    public var until: Timestamp?

    /// Every letter.
    public init() {}

    /// Whether the letter is meant.
    public func matches(_ letter: DeadLetter) -> Bool {
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

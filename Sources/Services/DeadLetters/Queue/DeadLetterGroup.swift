package import Events
package import Messaging

/// Letters that failed alike.
package struct DeadLetterGroup: Sendable {
    /// The fingerprint that the letters share.
    package let fingerprint: String
    /// The work queue they failed in.
    package let queue: String?
    /// The class of failure.
    package let reason: DeadLetterReason?
    package private(set) var count = 0
    /// When the first letter failed.
    package private(set) var first: Timestamp?
    /// When the last letter failed.
    package private(set) var last: Timestamp?
    /// The letter of the group that came first.
    package let sample: DeadLetter

    fileprivate init(_ letter: DeadLetter) {
        fingerprint = letter.fingerprint
        queue = letter.queue
        reason = letter.reason
        sample = letter
    }

    fileprivate mutating func add(_ letter: DeadLetter) {
        count += 1
        if let moment = letter.firstFailedAt { first = min(first ?? moment, moment) }
        if let moment = letter.lastFailedAt { last = max(last ?? moment, moment) }
    }
}

/// Sorts letters into groups as they come; holds one letter per group.
package struct DeadLetterGrouping: Sendable {
    private var groups: [String: DeadLetterGroup] = [:]

    package init() {}

    package mutating func add(_ letter: DeadLetter) {
        groups[letter.fingerprint, default: DeadLetterGroup(letter)].add(letter)
    }

    /// The groups, the largest first.
    package var list: [DeadLetterGroup] {
        groups.values.sorted { ($0.count, $1.fingerprint) > ($1.count, $0.fingerprint) }
    }
}

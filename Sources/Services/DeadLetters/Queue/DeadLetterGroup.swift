package import Events
package import Messaging

/// Letters that failed alike.
package struct DeadLetterGroup: Sendable {
    /// What they have in common.
    package let fingerprint: String
    /// The work queue they failed in.
    package let queue: String?
    /// The class of failure.
    package let reason: DeadLetterReason?
    /// How many there are.
    package private(set) var count = 0
    /// When the first one failed.
    package private(set) var first: Timestamp?
    /// When the last one failed.
    package private(set) var last: Timestamp?
    /// One of them.
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

/// Sorts letters into groups as they come; holds one letter a group.
package struct DeadLetterGrouping: Sendable {
    private var groups: [String: DeadLetterGroup] = [:]

    /// No groups.
    package init() {}

    /// Adds a letter to its group.
    package mutating func add(_ letter: DeadLetter) {
        groups[letter.fingerprint, default: DeadLetterGroup(letter)].add(letter)
    }

    /// The largest first.
    package var list: [DeadLetterGroup] {
        groups.values.sorted { ($0.count, $1.fingerprint) > ($1.count, $0.fingerprint) }
    }
}

public import Events
public import Messaging

/// Letters that failed alike.
public struct DeadLetterGroup: Sendable {
    /// What they have in common.
    public let fingerprint: String
    /// The work queue they failed in.
    public let queue: String?
    /// The class of failure.
    public let reason: DeadLetterReason?
    /// How many there are.
    public private(set) var count = 0
    /// When the first one failed.
    public private(set) var first: Timestamp?
    /// When the last one failed.
    public private(set) var last: Timestamp?
    /// One of them.
    public let sample: DeadLetter

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
public struct DeadLetterGrouping: Sendable {
    private var groups: [String: DeadLetterGroup] = [:]

    /// No groups.
    public init() {}

    /// Adds a letter to its group.
    public mutating func add(_ letter: DeadLetter) {
        groups[letter.fingerprint, default: DeadLetterGroup(letter)].add(letter)
    }

    /// The largest first.
    public var list: [DeadLetterGroup] {
        groups.values.sorted { ($0.count, $1.fingerprint) > ($1.count, $0.fingerprint) }
    }
}

package import Events
package import Messaging

extension Timestamp {
    /// Whether more than `age` has passed since this moment. Anyone can write any time into a letter, and 64-bit
    /// arithmetic could overflow.
    func isOlder(than age: Duration, at now: Timestamp) -> Bool {
        Duration.microseconds(now.microseconds) - .microseconds(microseconds) > age
    }
}

/// The limits beyond which dead letters cause an alert.
package struct DeadLetterThresholds: Sendable, Hashable {
    package struct Finding: Sendable, Hashable {
        package var count: Int
        /// The threshold that is passed, as a sentence; nil if none is.
        package var alert: String?
    }

    /// More letters than this cause an alert.
    package var depth: Int
    /// A letter given up longer ago than this causes an alert; nil for no limit.
    package var age: Duration?

    /// By default any letter causes an alert.
    package init(depth: Int = 0, age: Duration? = nil) {
        self.depth = depth
        self.age = age
    }

    /// Compares the queue with the thresholds. Letters are read only where their age matters.
    package func look(_ queue: DeadLetterQueue, now: Timestamp) async throws(MessagingError) -> Finding {
        let name = PipelineTopology.deadLetterQueue
        let count = try await queue.broker.status(of: [name])[name]?.messages ?? 0
        if count > depth {
            return Finding(count: count, alert: "\(count) dead letters; the threshold is \(depth)")
        }
        guard let age, count > 0 else { return Finding(count: count) }
        // The oldest letter need not be the first: looks and replays change the order of a quorum queue. One letter that
        // is too old is enough.
        var old: Timestamp?
        try await queue.look { letter in
            guard let moment = letter.lastFailedAt, moment.isOlder(than: age, at: now) else { return true }
            old = moment
            return false
        }
        guard let old else { return Finding(count: count) }
        return Finding(count: count, alert: "a dead letter was given up at \(old); the threshold is \(age)")
    }
}

package import Events
package import Messaging

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
    package func look(_ broker: any Broker, now: Timestamp) async throws(MessagingError) -> Finding {
        let name = PipelineTopology.deadLetterQueue
        let count = try await broker.status(of: [name])[name]?.messages ?? 0
        if count > depth {
            return Finding(count: count, alert: "\(count) dead letters; the threshold is \(depth)")
        }
        guard let age, count > 0 else { return Finding(count: count) }
        var oldest: Timestamp?
        try await DeadLetterQueue(broker).look { letter in
            oldest = letter.lastFailedAt
            return false
        }
        // A publisher of letters can write any time there, and 64-bit arithmetic could overflow.
        guard let oldest, Duration.microseconds(now.microseconds) - .microseconds(oldest.microseconds) > age else {
            return Finding(count: count)
        }
        return Finding(
            count: count, alert: "the oldest dead letter was given up at \(oldest); the threshold is \(age)")
    }
}

package import Events
package import Messaging

/// When dead letters are worth an alert.
package struct DeadLetterThresholds: Sendable, Hashable {
    /// What a look found.
    package struct Finding: Sendable, Hashable {
        /// How many letters there are.
        package var count: Int
        /// Which threshold is passed, as a sentence; nil if none is.
        package var alert: String?
    }

    /// More letters than this are too many.
    package var depth: Int
    /// Older than this, since it was given up, is too old; nil: no letter is.
    package var age: Duration?

    /// By default any letter is too many.
    package init(depth: Int = 0, age: Duration? = nil) {
        self.depth = depth
        self.age = age
    }

    /// Compares the queue with the thresholds. Letters are only looked at where their age matters.
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
        // Whoever publishes letters can write any time there: not one to reckon with in 64 bits.
        guard let oldest, Duration.microseconds(now.microseconds) - .microseconds(oldest.microseconds) > age else {
            return Finding(count: count)
        }
        return Finding(
            count: count, alert: "the oldest dead letter was given up at \(oldest); the threshold is \(age)")
    }
}

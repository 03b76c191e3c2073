package import Events

/// What the pipeline did in one second, as far as this process saw it.
package struct ActivitySecond: Sendable, Hashable {
    /// The 50th and 99th percentile of durations, in seconds.
    package struct Latency: Sendable, Hashable {
        package var median: Double
        package var high: Double

        init?(_ counts: LatencyCounts) {
            guard let median = counts.seconds(at: 0.5), let high = counts.seconds(at: 0.99) else { return nil }
            (self.median, self.high) = (median, high)
        }
    }

    /// What the workers of one store did.
    package struct Store: Sendable, Hashable {
        /// Events that the store has now, also those that it had before.
        package var stored = 0
        /// Attempts that failed, after which events wait for another.
        package var retried = 0
        /// Events that were given up.
        package var deadLettered = 0
        /// From the receipt of an event until the store had it; nil where nothing was stored.
        package var age: Latency?
    }

    /// When the second ended.
    package var at: Timestamp
    /// Events that the API made durable, in the broker or in the spool.
    package var accepted = 0
    /// Those of them that are in the spool.
    package var spooled = 0
    /// Events whose request was answered with an error because they could not be made durable.
    package var refused = 0
    /// How long publishing took until its confirmation; nil where nothing was published.
    package var confirm: Latency?
    /// By work queue.
    package var stores: [String: Store] = [:]
    /// How many messages the queues held; empty while nobody looked, or the broker did not tell.
    package var depths: [String: Int] = [:]

    package init(at: Timestamp) {
        self.at = at
    }
}

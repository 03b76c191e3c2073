package import EventLoops
package import Messaging

/// How a worker takes and writes events.
package struct WorkerConfiguration: Sendable, Hashable {
    /// Events a write transaction may hold.
    package var batch: Int
    /// How long the first event of a batch may wait for others.
    package var linger: Duration
    /// Deliveries held unacknowledged; twice the batch, so that the next batch is at hand when one is written.
    package var prefetch: Int
    /// What becomes of an event that the store does not take.
    package var retry: RetryPolicy
    /// After how many deaths of its worker an event is given up.
    package var crashLimit: Int
    /// The pauses while the broker is away. Short, as asking costs a broker's adapter nothing: it connects at its own
    /// pace.
    package var brokerBackoff: Backoff
    /// Names the worker in dead letters.
    package var name: String

    /// Batches of 500, gathered for at most 5 ms; three crashes.
    package init(
        batch: Int = 500, linger: Duration = .milliseconds(5), prefetch: Int? = nil,
        retry: RetryPolicy = RetryPolicy(), crashLimit: Int = 3,
        brokerBackoff: Backoff = Backoff(maximum: .seconds(2)), name: String = "worker"
    ) {
        self.batch = max(1, batch)
        self.linger = linger
        self.prefetch = max(1, prefetch ?? self.batch * 2)
        self.retry = retry
        self.crashLimit = max(1, crashLimit)
        self.brokerBackoff = brokerBackoff
        self.name = name
    }
}

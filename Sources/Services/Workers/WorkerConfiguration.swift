package import EventLoops
package import Messaging

/// How a worker takes and writes events.
package struct WorkerConfiguration: Sendable, Hashable {
    /// The most events in a batch; nil: as many as suit the store.
    package var batch: Int?
    /// How long the first event of a batch may wait for others.
    package var linger: Duration
    /// The most deliveries held unacknowledged; nil: one batch more than are written at once, so that the next is ready.
    package var prefetch: Int?
    /// When an event that the store does not take is tried again or given up.
    package var retry: RetryPolicy
    /// The number of deaths of its worker after which an event is given up.
    package var crashLimit: Int
    /// How long deliveries are held for a store that is away; then they go back to the queue, and come again. RabbitMQ
    /// takes back what a consumer holds for 30 minutes by itself, and ends the consumer or its channel for it.
    package var longestHold: Duration
    /// The pauses while the broker is away. They are short, since asking costs a broker's adapter nothing: the adapter
    /// connects at its own pace.
    package var brokerBackoff: Backoff
    /// How long a step may take before its worker counts as one that hangs.
    package var stallTimeout: Duration
    /// Names the worker in dead letters.
    package var name: String

    /// Batches as they suit the store, gathered for at most 5 ms; three crashes.
    package init(
        batch: Int? = nil, linger: Duration = .milliseconds(5), prefetch: Int? = nil,
        retry: RetryPolicy = RetryPolicy(), crashLimit: Int = 3, longestHold: Duration = .seconds(1_500),
        brokerBackoff: Backoff = Backoff(maximum: .seconds(2)), stallTimeout: Duration = WorkersState.stallTimeout,
        name: String = "worker"
    ) {
        self.batch = batch.map { max(1, $0) }
        self.linger = linger
        self.prefetch = prefetch.map { max(1, $0) }
        self.retry = retry
        self.crashLimit = max(1, crashLimit)
        self.longestHold = longestHold
        self.brokerBackoff = brokerBackoff
        self.stallTimeout = stallTimeout
        self.name = name
    }
}

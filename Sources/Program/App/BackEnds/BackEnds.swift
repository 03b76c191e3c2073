package import Messaging

/// Where the pipeline's parts are and how they are configured.
package struct BackEnds: Sendable, Hashable {
    /// The type of the queues that are made on RabbitMQ.
    package enum QueueType: String, Sendable, Hashable, CaseIterable {
        /// On one node.
        case classic
        /// Replicated over the nodes of a cluster.
        case quorum
    }

    /// The folder of the embedded broker and stores; made if it is missing.
    package var dataDirectory: String
    /// Which broker carries events to the workers.
    package var broker: Location
    /// Where the graph is.
    package var graph: Location
    /// Where vectors and profiles are.
    package var vectors: Location
    /// The type of the queues that are made on RabbitMQ.
    package var queueType: QueueType
    /// The most events that may wait in a work queue.
    package var queueMaxLength: Int64
    /// What a full work queue does.
    package var queueOverflow: Queue.Overflow
    /// How often and when an event is tried again.
    package var retry: RetryPolicy
    /// The most events that the API keeps on disk while RabbitMQ is away; 0 for none.
    package var spoolLimit: Int

    /// Everything embedded in `dataDirectory`; work queues of 100,000 events that drop the oldest to the dead-letter
    /// queue; beside RabbitMQ, a spool of 1,000,000 events.
    package init(
        dataDirectory: String, broker: Location = .embedded, graph: Location = .embedded,
        vectors: Location = .embedded, queueType: QueueType = .classic, queueMaxLength: Int64 = 100_000,
        queueOverflow: Queue.Overflow = .dropHead, retry: RetryPolicy = RetryPolicy(), spoolLimit: Int = 1_000_000
    ) {
        self.dataDirectory = dataDirectory
        self.broker = broker
        self.graph = graph
        self.vectors = vectors
        self.queueType = queueType
        self.queueMaxLength = queueMaxLength
        self.queueOverflow = queueOverflow
        self.retry = retry
        self.spoolLimit = spoolLimit
    }

    /// What the broker is asked to have.
    package var topology: Topology {
        PipelineTopology.topology(retryDelays: retry.delays, maxLength: queueMaxLength, overflow: queueOverflow)
    }

    /// The folder of the records of replays.
    package var replayDirectory: String { "\(dataDirectory)/replays" }
}

package import Messaging

/// The locations of the pipeline's parts and their configuration.
package struct BackEnds: Sendable, Hashable {
    /// The type of queues created on RabbitMQ.
    package enum QueueType: String, Sendable, Hashable, CaseIterable {
        /// On one node.
        case classic
        /// Replicated over the nodes of a cluster.
        case quorum
    }

    /// The folder of the embedded broker and stores; created if missing.
    package var dataDirectory: String
    /// The broker that carries events to the workers.
    package var broker: Location
    /// The location of the graph.
    package var graph: Location
    /// Who uses a graph on a server, and which database.
    package var neo4j = Neo4jAccess()
    /// The location of vectors and profiles.
    package var vectors: Location
    /// Who uses vectors on a server, and how large they are.
    package var qdrant = QdrantAccess()
    /// The type of queues created on RabbitMQ.
    package var queueType: QueueType
    /// Whether queues that exist on RabbitMQ may be of the other type.
    package var acceptsEitherQueueType = false
    /// The most events that may wait in a work queue.
    package var queueMaxLength: Int64
    /// What a full work queue does with the next event.
    package var queueOverflow: Queue.Overflow
    /// How often and when an event is tried again.
    package var retry: RetryPolicy
    /// The most events that the API keeps on disk while RabbitMQ is away; 0 for none.
    package var spoolLimit: Int
    /// Whether all arrivals are noted, not only those that an API on the same data folder expects.
    package var notesAllArrivals = false

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

    /// The topology to declare on the broker.
    package var topology: Topology {
        PipelineTopology.topology(retryDelays: retry.delays, maxLength: queueMaxLength, overflow: queueOverflow)
    }

    /// The folder of the records of replays.
    package var replayDirectory: String { "\(dataDirectory)/replays" }

    /// The file of the mode that was set while the API ran.
    package var modeFile: String { "\(dataDirectory)/mode.json" }

    /// The file of what operators did over HTTP.
    package var auditFile: String { "\(dataDirectory)/audit.ndjson" }

    /// The folder of dead letters that would have expired.
    package var archiveDirectory: String { "\(dataDirectory)/archive" }
}

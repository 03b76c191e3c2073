package import App
import Arguments
package import Messaging

/// Where the pipeline's parts are; every command has these.
struct BackEndOptions: ArgumentGroup {
    @Option(
        help: "Folder of the embedded broker and stores; made if it is missing.", valueName: "folder",
        environment: "DEBIAS_DATA_DIR", completion: .directory)
    var dataDir = "debias-data"

    @Option(
        help:
            "Where events wait for the workers: embedded (the default), or RabbitMQ by amqp://user:password@host:5672/vhost or "
            + "amqps://... (several hosts of a cluster separated by commas).",
        valueName: "address", environment: "RABBITMQ_URL", secret: true)
    var broker = BrokerAddress.embedded

    @Option(help: "The type of the queues that are made on RabbitMQ; an existing queue keeps its own.")
    var queueType = BackEnds.QueueType.classic

    @Option(help: "The most events that may wait in a work queue.", valueName: "events")
    var queueMaxLength = 100_000

    @Option(
        help:
            "What a full work queue does with the next event. On RabbitMQ, reject-publish belongs to --queue-type quorum: a full classic queue loses what returns from a delay queue."
    )
    var queueOverflow = Queue.Overflow.dropHead

    @Option(
        help:
            "How long an event that a store does not take waits before each further attempt; after the last one it is a dead letter.",
        valueName: "list", environment: "DEBIAS_RETRY_DELAYS")
    var retryDelays = RetryDelays(PipelineTopology.RetryDelay.standard)

    @Option(
        help: "The most events that serve keeps in the data folder while RabbitMQ is away; 0 for none.",
        valueName: "events", environment: "DEBIAS_SPOOL_LIMIT")
    var spoolLimit = 1_000_000

    @Option(
        help: "JSON file of settings by option name, for what neither flags nor environment set.", valueName: "file",
        environment: "DEBIAS_CONFIG", completion: .file)
    var config: String?

    mutating func validate() throws {
        guard queueMaxLength >= 1 else { throw ValidationError("--queue-max-length has to be 1 or more") }
        guard spoolLimit >= 0 else { throw ValidationError("--spool-limit has to be 0 or more") }
    }

    var backEnds: BackEnds {
        BackEnds(
            dataDirectory: dataDir, broker: broker.location, queueType: queueType,
            queueMaxLength: Int64(queueMaxLength), queueOverflow: queueOverflow,
            retry: RetryPolicy(delays: retryDelays.list), spoolLimit: spoolLimit)
    }
}

extension Queue.Overflow: ArgumentValue {}

extension BackEnds.QueueType: ArgumentValue {}

package import App
import Arguments
package import Messaging
import Platform

/// The locations of the pipeline's parts; options of every command.
struct BackEndOptions: ArgumentGroup {
    @Option(
        help: "The folder of the embedded broker and stores; created if missing.", valueName: "folder",
        environment: "DEBIAS_DATA_DIR", completion: .directory)
    var dataDir = "debias-data"

    @Option(
        help:
            "The broker in which events wait for the workers: embedded (the default), or RabbitMQ at amqp://user:password@host:5672/vhost or "
            + "amqps://... (several hosts of a cluster separated by commas).",
        valueName: "address", environment: "RABBITMQ_URL", secret: true)
    var broker = BrokerAddress.embedded

    @Option(
        help: "The type of queues created on RabbitMQ. Without this option, queues of either type are used as they are."
    )
    var queueType = BackEnds.QueueType.classic

    @Option(help: "The most events that may wait in a work queue.", valueName: "events")
    var queueMaxLength = 100_000

    @Option(
        help:
            "What a full work queue does with the next event. On RabbitMQ, reject-publish needs --queue-type quorum: a full classic queue loses events that return from a delay queue."
    )
    var queueOverflow = Queue.Overflow.dropHead

    @Option(
        help:
            "The delays before each further attempt for an event that a store does not take; after the last attempt it becomes a dead letter.",
        valueName: "list", environment: "DEBIAS_RETRY_DELAYS")
    var retryDelays = RetryDelays(PipelineTopology.RetryDelay.standard)

    @Option(
        help: "The most events that serve keeps in the data folder while RabbitMQ is unavailable; 0 for none.",
        valueName: "events", environment: "DEBIAS_SPOOL_LIMIT")
    var spoolLimit = 1_000_000

    @Option(
        help: "A JSON file of settings by option name, for options set neither by flags nor by the environment.",
        valueName: "file",
        environment: "DEBIAS_CONFIG", completion: .file)
    var config: String?

    mutating func validate() throws {
        guard queueMaxLength >= 1 else { throw ValidationError("--queue-max-length must be 1 or more") }
        guard spoolLimit >= 0 else { throw ValidationError("--spool-limit must be 0 or more") }
    }

    /// Of the flag of `serve` and `worker`.
    static let waitForBrokerHelp =
        "Start although the broker refuses this program (password, virtual host, permission, certificate), and try until it does not: "
        + "for orchestrators that start everything in any order."

    /// What is used as the broker, for the announcement of a program that goes on running.
    var brokerChoice: String {
        guard case .embedded = broker.location else { return "the broker \(broker.location)" }
        // A variable that was meant to hold an address: a secret that is missing, say.
        let isEmptied = $broker == .declaration && Environment.snapshot()["RABBITMQ_URL"] != nil
        return isEmptied ? "the embedded broker, since RABBITMQ_URL is empty" : "the embedded broker"
    }

    var backEnds: BackEnds {
        var backEnds = BackEnds(
            dataDirectory: dataDir, broker: broker.location, queueType: queueType,
            queueMaxLength: Int64(queueMaxLength), queueOverflow: queueOverflow,
            retry: RetryPolicy(delays: retryDelays.list), spoolLimit: spoolLimit)
        backEnds.acceptsEitherQueueType = $queueType == .declaration
        return backEnds
    }
}

extension Queue.Overflow: ArgumentValue {}

extension BackEnds.QueueType: ArgumentValue {}

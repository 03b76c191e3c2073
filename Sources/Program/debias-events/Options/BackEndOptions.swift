package import App
package import Arguments
package import Messaging
package import RabbitMQMessaging

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
    var broker = BrokerLocation.embedded

    @Option(help: "The type of the queues that are made on RabbitMQ; an existing queue keeps its own.")
    var queueType = RabbitMQConfiguration.QueueType.classic

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
            dataDirectory: dataDir, broker: broker, queueType: queueType, queueMaxLength: Int64(queueMaxLength),
            queueOverflow: queueOverflow, retry: RetryPolicy(delays: retryDelays.list), spoolLimit: spoolLimit)
    }
}

extension Queue.Overflow: ArgumentValue {}

/// The retry ladder as it is written: `5s,30s,5m`; `none` for no retries.
struct RetryDelays: ArgumentValue, Hashable {
    let list: [PipelineTopology.RetryDelay]

    init(_ list: [PipelineTopology.RetryDelay]) {
        self.list = list
    }

    init(argument: String) throws(ArgumentValueError) {
        guard argument != "none" else {
            list = []
            return
        }
        var list: [PipelineTopology.RetryDelay] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let milliseconds = try Duration(argument: String(part)) / .milliseconds(1)
            guard milliseconds >= 1, milliseconds <= 86_400_000, list.count < 16 else {
                throw ArgumentValueError(expected: "at most 16 delays of 1ms to 24h, such as 5s,30s,5m")
            }
            list.append(PipelineTopology.RetryDelay(milliseconds: Int64(milliseconds)))
        }
        guard Set(list).count == list.count else {
            throw ArgumentValueError(expected: "delays that differ: each has a queue of its own")
        }
        self.list = list
    }

    var argumentText: String { list.isEmpty ? "none" : list.map(\.label).joined(separator: ",") }
}
extension RabbitMQConfiguration.QueueType: ArgumentValue {}

extension BrokerLocation: ArgumentValue {
    /// See ``BrokerLocation/init(_:)``.
    package init(argument: String) throws(ArgumentValueError) {
        do {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(expected: "embedded, or an address like amqp://user:password@host (\(error))")
        }
    }

    /// The location without a password.
    package var argumentText: String { description }
}

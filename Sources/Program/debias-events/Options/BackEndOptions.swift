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
    var broker = PartAddress<BrokerPart>.embedded

    @Option(
        help:
            "The graph of interactions: embedded (the default), or Neo4j at bolt://host (one server), neo4j://host (a cluster), or these with +s for TLS, such as neo4j+s://host; +ssc takes any certificate.",
        valueName: "address", environment: "NEO4J_URI", secret: true)
    var graph = PartAddress<GraphPart>.embedded

    @Option(
        help: "The user of Neo4j; neo4j if only a password is given.", valueName: "name", environment: "NEO4J_USER")
    var neo4jUser: String?

    @Option(
        help: "The password of that user; better in the environment, as other users of a machine can see flags.",
        valueName: "password", environment: "NEO4J_PASSWORD", secret: true)
    var neo4jPassword: String?

    @Option(
        help: "The database in Neo4j; the user's own by default.", valueName: "name", environment: "NEO4J_DATABASE")
    var neo4jDatabase: String?

    @Option(
        help: "The vectors and profiles: embedded (the default), or Qdrant at http://host:6333 or https://host.",
        valueName: "address", environment: "QDRANT_URL", secret: true)
    var vectors = PartAddress<VectorsPart>.embedded

    @Option(
        help: "The API key of Qdrant; better in the environment, as other users of a machine can see flags.",
        valueName: "key", environment: "QDRANT_API_KEY", secret: true)
    var qdrantApiKey: String?

    @Option(
        help: "How many numbers a vector in Qdrant has, where no collection products of the shop's says it.",
        valueName: "numbers", environment: "DEBIAS_VECTOR_SIZE")
    var vectorSize = 64

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
        help:
            "A JSON file of settings by option name, for options set neither by flags nor by the environment; by default debias.json in the working folder, or else in the data folder.",
        valueName: "file",
        environment: "DEBIAS_CONFIG", completion: .file)
    var config: String?

    mutating func validate() throws {
        guard queueMaxLength >= 1 else { throw ValidationError("--queue-max-length must be 1 or more") }
        guard (1...65_536).contains(vectorSize) else {
            throw ValidationError("--vector-size must be from 1 to 65536")
        }
        guard spoolLimit >= 0 else { throw ValidationError("--spool-limit must be 0 or more") }
    }

    /// Of the flag of `serve` and `worker`.
    static let waitForBrokerHelp =
        "Start although the broker refuses this program (password, virtual host, permission, certificate), and try until it does not: "
        + "for orchestrators that start everything in any order."

    /// What is used as the broker, for the announcement of a program that goes on running.
    var brokerChoice: String {
        choice("broker", broker.location, isDeclared: $broker == .declaration, variable: "RABBITMQ_URL")
    }

    /// What is used as the graph, as ``brokerChoice``.
    var graphChoice: String {
        choice("graph", graph.location, isDeclared: $graph == .declaration, variable: "NEO4J_URI")
    }

    /// What is used for the vectors, as ``brokerChoice``.
    var vectorsChoice: String {
        choice("vectors", vectors.location, isDeclared: $vectors == .declaration, variable: "QDRANT_URL")
    }

    private func choice(_ part: String, _ location: Location, isDeclared: Bool, variable: String) -> String {
        guard case .embedded = location else { return "the \(part) \(location)" }
        // A variable that was meant to hold an address: a secret that is missing, say.
        let isEmptied = isDeclared && Environment.snapshot()[variable] != nil
        return "the embedded \(part)" + (isEmptied ? " (\(variable) is empty)" : "")
    }

    var backEnds: BackEnds {
        var backEnds = BackEnds(
            dataDirectory: dataDir, broker: broker.location, graph: graph.location, vectors: vectors.location,
            queueType: queueType, queueMaxLength: Int64(queueMaxLength), queueOverflow: queueOverflow,
            retry: RetryPolicy(delays: retryDelays.list), spoolLimit: spoolLimit)
        // White space around them comes from files of secrets, and an empty one is a variable that is not set.
        let text = { (value: String?) in value.map(\.trimmingWhiteSpace).flatMap { $0.isEmpty ? nil : $0 } }
        let password = text(neo4jPassword)
        backEnds.neo4j = Neo4jAccess(
            user: text(neo4jUser) ?? (password == nil ? nil : "neo4j"), password: password,
            database: text(neo4jDatabase))
        backEnds.qdrant = QdrantAccess(apiKey: text(qdrantApiKey), vectorSize: vectorSize)
        backEnds.acceptsEitherQueueType = $queueType == .declaration
        return backEnds
    }
}

extension Queue.Overflow: ArgumentValue {}

extension BackEnds.QueueType: ArgumentValue {}

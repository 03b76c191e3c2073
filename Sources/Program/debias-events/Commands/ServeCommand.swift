import App
import Arguments
import Observability
import Platform

/// The API, and by default its workers, until a signal.
struct ServeCommand: Command {
    static let configuration = CommandConfiguration(
        name: "serve", abstract: "Serves the API and runs workers in the same process.",
        discussion: "Ctrl-C or SIGTERM ends it cleanly: requests under way are answered and the workers finish what "
            + "they hold. A second signal ends it at once; nothing that was answered with 200 is lost by that.",
        examples: [
            "debias-events serve --port 8000 --workers neo4j=2,qdrant=1",
            "debias-events serve --no-workers --data-dir /var/lib/debias",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Workers") var workerOptions: WorkerOptions

    @Option(help: "Address to listen on; * for all.", valueName: "address", environment: "DEBIAS_HOST")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 picks a free one and prints it.", environment: "DEBIAS_PORT")
    var port: UInt16 = 8000

    @Option(help: "How many workers of each kind to run.", environment: "DEBIAS_WORKERS")
    var workers = WorkerPlan.standard

    @Flag(help: "Leave what the broker gave up (expired, queue full) in the dead-letter queue.")
    var noRestore = false

    @Flag(help: "Only serve: workers run in other processes.")
    var noWorkers = false

    @Option(help: "PEM file with the certificate chain; serves HTTPS.", valueName: "file", completion: .file)
    var tlsCertificate: String?

    @Option(help: "PEM file with the certificate's key.", valueName: "file", completion: .file)
    var tlsKey: String?

    @Option(
        help: "Tokens, separated by commas, that open /dlq; without any it is closed.", valueName: "tokens",
        environment: "DEBIAS_API_TOKENS", secret: true)
    var apiTokens: String?

    @Option(help: "The most connections at a time.", valueName: "connections")
    var maxConnections = 10_000

    @Option(help: "Time for a request's head to come.") var headTimeout = Duration.seconds(15)
    @Option(help: "Time for a request's body to come.") var bodyTimeout = Duration.seconds(60)
    @Option(help: "Time for requests under way when the server stops.") var drain = Duration.seconds(10)

    @Flag(help: "Print the address as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        guard maxConnections >= 1 else { throw ValidationError("--max-connections has to be 1 or more") }
        guard headTimeout > .zero, bodyTimeout > .zero else { throw ValidationError("a timeout has to be above 0") }
    }

    mutating func run() async throws {
        let backEnds = backEnds.backEnds
        let configuration = try configuration(backEnds)
        _ = ProcessStatistics.raiseDescriptorLimit()
        let signals = ShutdownSignals()
        let log = Log.standard
        let json = json
        try await Pipeline.with(backEnds, broker: .eventually, withSpool: true, log: log) { pipeline in
            try await ServeService(pipeline, configuration, log: log).run(
                until: signals.stop(log),
                started: { url in
                    let announcement = ServeAnnouncement(
                        url: url, plan: configuration.workers, dataDirectory: backEnds.dataDirectory)
                    Output.print(announcement, json: json)
                })
        }
        log(.info, "stopped")
    }

    private func configuration(_ backEnds: BackEnds) throws -> ServeConfiguration {
        var configuration = ServeConfiguration(backEnds)
        configuration.host = host
        configuration.port = port
        if let tlsCertificate, let tlsKey {
            configuration.certificate = ServeConfiguration.Certificate(
                chain: try FileContents.read(tlsCertificate), key: try FileContents.read(tlsKey))
        }
        configuration.maxConnections = maxConnections
        configuration.headTimeout = headTimeout
        configuration.bodyTimeout = bodyTimeout
        configuration.drain = drain
        configuration.tokens = (apiTokens ?? "").split(separator: ",").map(String.init)
        configuration.workers = noWorkers ? .none : workers
        configuration.tuning = workerOptions.configuration
        if noRestore { configuration.restoringBelow = nil }
        return configuration
    }
}

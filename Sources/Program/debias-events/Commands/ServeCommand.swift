package import App
package import Arguments
import HTTPAPI
import HTTPServer
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
        var http = HTTPServerConfiguration(host: host, port: Int(port))
        http.maxConnections = maxConnections
        http.timeouts.head = headTimeout
        http.timeouts.body = bodyTimeout
        if let tlsCertificate, let tlsKey {
            http.tls = HTTPServerTLS(
                certificateChain: try FileContents.read(tlsCertificate), privateKey: try FileContents.read(tlsKey))
        }
        var configuration = ServeConfiguration(
            http: http, workers: noWorkers ? .none : workers, tuning: workerOptions.configuration,
            topology: backEnds.backEnds.topology, restoringBelow: noRestore ? nil : backEnds.queueMaxLength,
            drain: drain)

        configuration.administration = HTTPAPI.Administration(
            tokens: (apiTokens ?? "").split(separator: ",").map(String.init),
            replays: "\(backEnds.dataDir)/replays")
        _ = ProcessStatistics.raiseDescriptorLimit()
        let signals = ShutdownSignals()
        let log = Log.standard
        let pipeline = try await Pipeline.open(backEnds.backEnds, broker: .eventually, withSpool: true, log: log)
        do {
            let announcement = Announcement(plan: configuration.workers, dataDir: backEnds.dataDir, json: json)
            try await ServeService(pipeline, configuration, log: log).run(
                until: {
                    if let signal = await signals.first() { log(.info, "stopping", ["signal": "\(signal)"]) }
                },
                started: { url in Output.print(announcement.text(url: url)) })
        } catch {
            await pipeline.close()
            throw error
        }
        await pipeline.close()
        log(.info, "stopped")
    }
}

/// What `serve` prints when it takes connections.
private struct Announcement {
    var plan: WorkerPlan
    var dataDir: String
    var json: Bool

    func text(url: String) -> String {
        let workers = plan.argumentText
        if json { return Output.json(["url": url, "workers": workers, "data_dir": dataDir]) }
        return "debias-events serves on \(url) (data in \(dataDir); workers \(workers.isEmpty ? "none" : workers))\n"
            + "try:  curl \(url)/health        stop: Ctrl-C\n"
    }
}

extension WorkerPlan: ArgumentValue {
    /// See ``WorkerPlan/init(_:)``.
    package init(argument: String) throws(ArgumentValueError) {
        do throws(WorkerPlan.Failure) {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(expected: "kinds of workers and their numbers, like neo4j=2,qdrant=1")
        }
    }

    /// What help shows in the place of a plan.
    package static var valueName: String { "kind=number,..." }

    /// The plan as it is written.
    package var argumentText: String {
        Kind.allCases.compactMap { kind in counts[kind].map { "\(kind.rawValue)=\($0)" } }.joined(separator: ",")
    }
}

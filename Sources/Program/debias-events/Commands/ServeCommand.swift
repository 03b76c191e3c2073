import App
import Arguments
import HTTPAPI
import Intake
import Observability
import Platform

struct ServeCommand: Command {
    static let configuration = CommandConfiguration(
        name: "serve", abstract: "Serves the API and runs workers in the same process.",
        discussion:
            "Ctrl-C or SIGTERM stops the program cleanly: current requests are answered, and the workers finish the events "
            + "that they hold. A second signal stops it at once, without loss of any event that was answered with 200.",
        examples: [
            "debias-events serve --port 8000 --workers neo4j=2,qdrant=1",
            "debias-events serve --no-workers --data-dir /var/lib/debias",
            "debias-events serve --mode parallel --arrivals-keep 2d",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Workers") var workerOptions: WorkerOptions
    @OptionGroup(title: "Access") var access: AccessOptions
    @OptionGroup(title: "Logs and traces") var telemetry: TelemetryOptions

    @Option(
        help: "The address to listen on; 0.0.0.0 for all of IPv4, * for all.", valueName: "address",
        environment: "DEBIAS_HOST")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 picks a free port and prints it.", environment: "DEBIAS_PORT")
    var port: UInt16 = 8000

    @Option(
        help:
            "How posted events come to the stores: published for the workers (queue), written by the API without any broker "
            + "(direct), or both (parallel). Without this option, the mode that PUT /mode has set last; else queue.",
        valueName: "mode", environment: "DEBIAS_MODE")
    var mode: IntakeMode?

    @Option(
        help:
            "How long the ledger of arrivals, which verify --compare-paths reads, keeps an event that went both ways.",
        environment: "DEBIAS_ARRIVALS_KEEP")
    var arrivalsKeep = Duration.seconds(7 * 86_400)

    @Option(help: "The number of workers of each kind.", environment: "DEBIAS_WORKERS")
    var workers = WorkerPlan.standard

    @Flag(
        help: "Leave events that the broker gave up (expired, queue full) in the dead-letter queue.",
        environment: "DEBIAS_NO_RESTORE")
    var noRestore = false

    @Flag(help: BackEndOptions.waitForBrokerHelp, environment: "DEBIAS_WAIT_FOR_BROKER")
    var waitForBroker = false

    @Option(
        help:
            "The most MiB of dead letters that are moved to the data folder's archive a day before they would expire; 0 lets them expire.",
        valueName: "mebibytes", environment: "DEBIAS_ARCHIVE_LIMIT")
    var archiveLimit = 1_024

    @Flag(help: "Serve the API only; workers run in other processes.", environment: "DEBIAS_NO_WORKERS")
    var noWorkers = false

    @Option(
        help: "A PEM file with the certificate chain, to serve HTTPS; SIGHUP has it and the key read again.",
        valueName: "file", completion: .file)
    var tlsCertificate: String?

    @Option(help: "A PEM file with the certificate's key.", valueName: "file", completion: .file)
    var tlsKey: String?

    @Option(
        help:
            "An origin whose pages may post events from a browser, such as https://shop.example; give one per origin, or * for every page.",
        valueName: "origin", environment: "DEBIAS_ALLOW_ORIGINS")
    var allowOrigin: [AllowedOrigin] = []

    @Option(
        help: "The threads that serve connections; one is enough for two processors.", valueName: "threads")
    var threads = 1

    @Option(help: "The most connections at the same time.", valueName: "connections")
    var maxConnections = 10_000

    @Option(
        help: "The most memory that requests and answers may use together; what does not fit gets a 503.",
        environment: "DEBIAS_MEMORY_BUDGET")
    var memoryBudget = ByteCount(bytes: 512 << 20)

    @Option(help: "The timeout for a request's head.") var headTimeout = Duration.seconds(15)
    @Option(help: "The timeout for a request's body.") var bodyTimeout = Duration.seconds(60)
    @Option(help: "The timeout for current requests when the server stops.") var drain = Duration.seconds(10)

    @Flag(help: "Print the address as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key require each other")
        }
        guard allowOrigin.count <= 1 || !allowOrigin.contains(.any) else {
            throw ValidationError("--allow-origin * allows every origin: give it alone")
        }
        guard 0...(1 << 30) ~= archiveLimit else { throw ValidationError("--archive-limit must be 0 to \(1 << 30)") }
        guard arrivalsKeep >= .seconds(60) else { throw ValidationError("--arrivals-keep must be 1m or more") }
        guard 1...64 ~= threads else { throw ValidationError("--threads must be 1 to 64") }
        guard maxConnections >= 1 else { throw ValidationError("--max-connections must be 1 or more") }
        guard memoryBudget.bytes >= 16 << 20 else { throw ValidationError("--memory-budget must be 16MiB or more") }
        guard headTimeout > .zero, bodyTimeout > .zero else { throw ValidationError("a timeout must be above 0") }
    }

    mutating func run() async throws {
        let backEnds = backEnds.backEnds
        var configuration = configuration(backEnds)
        configuration.credentials = try access.credentials()
        if access.hasFiles { configuration.loadCredentials = { [access] in try access.credentials() } }
        // Without a file to read again, a terminal that closes ends the program as usual.
        let reloads = tlsCertificate == nil && !access.hasFiles ? nil : ReloadSignals()
        configuration.reloadRequests = reloads?.stream
        let signals = ShutdownSignals()
        configuration.tracing = try telemetry.tracing
        configuration.supervision = .ofThisProcess
        let log = telemetry.log
        let json = json
        let brokerAccess = BrokerNeed.Access.api(configuration.workers)
        let start = try StartMode(told: mode, backEnds)
        start.report(to: log)
        configuration.mode = start.mode
        var need = waitForBroker ? BrokerNeed.whenever(brokerAccess) : .eventually(brokerAccess)
        if !start.mode.publishes { need = .later(need) }
        let choices = self.backEnds
        try await Pipeline.with(backEnds, broker: need, withSpool: true, log: log) { [configuration] pipeline in
            try await ServeService(pipeline, configuration, log: log).run(
                until: signals.stop(log),
                started: { url in
                    let announcement = ServeAnnouncement(
                        url: url, plan: configuration.workers, dataDirectory: backEnds.dataDirectory,
                        broker: choices.brokerChoice,
                        graph: choices.graphChoice, vectors: choices.vectorsChoice, mode: start.mode)
                    Output.print(announcement, json: json)
                })
        }
        log(.info, "stopped")
    }

    private func configuration(_ backEnds: BackEnds) -> ServeConfiguration {
        var configuration = ServeConfiguration(backEnds)
        configuration.host = host
        configuration.port = port
        if let tlsCertificate, let tlsKey {
            configuration.loadCertificate = {
                ServeConfiguration.Certificate(
                    chain: try FileContents.read(tlsCertificate), key: try FileContents.read(tlsKey))
            }
        }
        configuration.threads = threads
        configuration.maxConnections = maxConnections
        configuration.headTimeout = headTimeout
        configuration.bodyTimeout = bodyTimeout
        configuration.drain = drain
        configuration.opensReads = access.openReads
        configuration.rateLimit = access.rateLimit
        configuration.memoryBudget = memoryBudget.bytes
        configuration.allowedOrigins = allowOrigin
        configuration.workers = noWorkers ? .none : workers
        configuration.tuning = workerOptions.configuration
        configuration.learningInterval = workerOptions.learnEvery
        configuration.archiveLimit = archiveLimit << 20
        configuration.arrivalsKept = arrivalsKeep
        if noRestore { configuration.restoringBelow = nil }
        return configuration
    }
}

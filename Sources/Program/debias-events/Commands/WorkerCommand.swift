import App
import Arguments
import Observability
import Platform

struct WorkerCommand: Command {
    static let configuration = CommandConfiguration(
        name: "worker", abstract: "Runs workers of one kind; several processes may share a queue.",
        examples: [
            "debias-events worker --queue neo4j --concurrency 2 --batch 1000",
            "debias-events worker --queue qdrant --health-port 8081",
            "debias-events worker --queue neo4j --note-arrivals --data-dir /var/lib/debias",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Workers") var workerOptions: WorkerOptions

    @OptionGroup(title: "Logs and traces") var telemetry: TelemetryOptions

    @Option(help: "The queue to take events from.")
    var queue: WorkerPlan.Kind

    @Option(help: "The number of workers to run.", valueName: "workers")
    var concurrency = 1

    @Option(
        help: "The port for /health, /health/ready and /metrics; 0 picks a free one. Without it, none is opened.",
        valueName: "port", environment: "DEBIAS_HEALTH_PORT")
    var healthPort: UInt16?

    @Option(
        help: "The address for --health-port; 0.0.0.0 for all of IPv4, * for all.", valueName: "address",
        environment: "DEBIAS_HEALTH_HOST")
    var healthHost = "127.0.0.1"

    @Flag(help: BackEndOptions.waitForBrokerHelp, environment: "DEBIAS_WAIT_FOR_BROKER")
    var waitForBroker = false

    @Flag(
        help:
            "Note all events that are written in the data folder's ledger of arrivals, for verify --compare-paths: where the API runs on another machine. Beside an API on the same folder, those that it sends both ways are noted by themselves.",
        environment: "DEBIAS_NOTE_ARRIVALS")
    var noteArrivals = false

    mutating func validate() throws {
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 64") }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let log = telemetry.log
        let tracing = try telemetry.tracing.map { TracingService($0, log: log) }
        let plan = WorkerPlan([queue: concurrency])
        let (tuning, learnEvery) = (workerOptions.configuration, workerOptions.learnEvery)
        let (queue, concurrency) = (queue, concurrency)
        let access = BrokerNeed.Access.workers(plan)
        let (healthHost, healthPort) = (healthHost, healthPort)
        let need = waitForBroker ? BrokerNeed.whenever(access) : .eventually(access)
        let choices = "\(backEnds.brokerChoice), \(backEnds.graphChoice) and \(backEnds.vectorsChoice)"
        var backEnds = self.backEnds.backEnds
        backEnds.notesAllArrivals = noteArrivals
        try await Pipeline.with(backEnds, broker: need, log: log) { pipeline in
            let service = WorkerService(
                pipeline, plan: plan, tuning: tuning, learningInterval: learnEvery, tracing: tracing, log: log)
            var services: [any Service] = service.learning.map { [$0] } ?? []
            services.append(service)
            if let tracing { services.insert(tracing, at: 0) }
            if let healthPort {
                let probes = ProbeService(
                    pipeline, service, queue: queue.queue, tracing: tracing, host: healthHost, port: healthPort)
                log(.info, "probes and metrics are served", ["url": try await probes.start()])
                // They go on until the workers have ended.
                services.insert(probes, at: 0)
            }
            log(.info, "worker started", ["queue": queue.queue, "concurrency": "\(concurrency)", "using": choices])
            let supervision = service.supervision(
                .ofThisProcess, activity: "\(concurrency) of \(queue.queue), using \(choices)", log: log)
            if let supervision { services.append(supervision) }
            try await ServiceGroup(services).run(until: signals.stop(log))
        }
        log(.info, "stopped")
    }
}

import App
import Arguments
import Observability
import Platform

struct WorkerCommand: Command {
    static let configuration = CommandConfiguration(
        name: "worker", abstract: "Runs workers of one kind; several processes may share a queue.",
        examples: ["debias-events worker --queue neo4j --concurrency 2 --batch 1000"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Workers") var workerOptions: WorkerOptions

    @Option(help: "The queue to take events from.")
    var queue: WorkerPlan.Kind

    @Option(help: "The number of workers to run.", valueName: "workers")
    var concurrency = 1

    @Flag(help: BackEndOptions.waitForBrokerHelp, environment: "DEBIAS_WAIT_FOR_BROKER")
    var waitForBroker = false

    mutating func validate() throws {
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 64") }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let log = Log.standard
        let plan = WorkerPlan([queue: concurrency])
        let (tuning, learnEvery) = (workerOptions.configuration, workerOptions.learnEvery)
        let (queue, concurrency) = (queue, concurrency)
        let access = BrokerNeed.Access.workers(plan)
        let need = waitForBroker ? BrokerNeed.whenever(access) : .eventually(access)
        let choices = "\(backEnds.brokerChoice), \(backEnds.graphChoice) and \(backEnds.vectorsChoice)"
        try await Pipeline.with(backEnds.backEnds, broker: need, log: log) { pipeline in
            let service = WorkerService(
                pipeline, plan: plan, tuning: tuning, learningInterval: learnEvery, log: log)
            log(.info, "worker started", ["queue": queue.queue, "concurrency": "\(concurrency)", "using": choices])
            try await ServiceGroup((service.learning.map { [$0] } ?? []) + [service]).run(until: signals.stop(log))
        }
        log(.info, "stopped")
    }
}

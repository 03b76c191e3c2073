import Messaging
public import Observability
import Stores
public import Workers

/// Runs the workers of one process until told to stop.
public struct WorkerService: Sendable {
    private let workers: [Worker]
    private let breakers: [WorkerPlan.Kind: StoreBreaker]

    /// Workers over the pipeline's parts.
    ///
    /// - Parameter tuning: applies to each worker.
    public init(_ pipeline: Pipeline, plan: WorkerPlan, tuning: WorkerConfiguration, log: Log) {
        let breakers = Dictionary(uniqueKeysWithValues: WorkerPlan.Kind.allCases.map { ($0, StoreBreaker()) })
        self.breakers = breakers
        workers = WorkerPlan.Kind.allCases.flatMap { kind in
            (0..<(plan.counts[kind] ?? 0)).map { number in
                var configuration = tuning
                configuration.retry = pipeline.retry
                configuration.name += "-\(kind.rawValue)-\(number + 1)"
                let sink: any EventSink =
                    switch kind {
                    case .neo4j: GraphSink(pipeline.graph)
                    case .qdrant: ProfileSink(pipeline.profiles)
                    }
                return Worker(
                    queue: kind.queue, sink: sink, broker: pipeline.broker,
                    breaker: breakers[kind] ?? StoreBreaker(), crashes: pipeline.crashes,
                    configuration: configuration, now: { .now }, report: { log.write($0) })
            }
        }
    }

    /// Asks every worker to finish what it holds.
    public func stop() {
        for worker in workers { worker.stop() }
    }

    /// Why workers do not write at the moment, by the queue that waits; empty when all do.
    public var pauses: [String: String] {
        var pauses: [String: String] = [:]
        for (kind, breaker) in breakers { pauses[kind.queue] = breaker.openReason }
        return pauses
    }

    /// Returns when all workers have ended.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for worker in workers { group.addTask { await worker.run() } }
        }
    }
}

extension Log {
    /// Tells people what a worker reports; batches that were written are no news.
    func write(_ report: WorkerReport) {
        switch report {
        case .wrote(let queue, let applied):
            self(.debug, "batch written", ["queue": queue, "inserted": "\(applied.inserted)"])
        case .retrying(let queue, let count, let delay, let error):
            self(
                .warning, "events are tried again later",
                ["queue": queue, "count": "\(count)", "after": delay.label, "error": error])
        case .crashesUncounted(let queue, let error):
            self(.error, "crashes of workers are not counted", ["queue": queue, "error": error])
        case .deadLettered(let queue, let count, let reason, let error):
            self(
                .warning, "events dead-lettered",
                ["queue": queue, "count": "\(count)", "reason": reason.rawValue, "error": error])
        case .storeFailed(let queue, let error, let delay):
            self(.error, "store failing, worker waits", ["queue": queue, "retry_in": "\(delay)", "error": "\(error)"])
        case .storeRecovered(let queue):
            self(.info, "store works again", ["queue": queue])
        case .brokerFailed(let queue, let error, let delay):
            self(.error, "broker failing, worker waits", ["queue": queue, "retry_in": "\(delay)", "error": "\(error)"])
        }
    }
}

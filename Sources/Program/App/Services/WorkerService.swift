package import Console
import Events
import Messaging
import Metrics
package import Observability
import Recommending
import Stores
package import Workers

/// The workers of one process.
package struct WorkerService: Service {
    private let workers: [(queue: String, worker: Worker)]
    private let pauseDirectory: String?
    private let stallTimeout: Duration

    /// Receives the sessions of what is written, for learning; nil where nothing is learned.
    let changes: ChangedSessions?
    /// Counts the events whose arrival could not be noted.
    let unnoted = Counter()

    /// What the workers have done, for each queue that has any.
    let metrics: [(queue: String, metrics: QueueMetrics)]

    /// Learns from what the workers write; nil where none writes to the graph, or learning is off. A service beside this
    /// one, which outlives it.
    package let learning: LearningService?

    /// - Parameters:
    ///   - tuning: Applies to each worker.
    ///   - learningInterval: How often vectors of products are learned; zero for never.
    ///   - tracing: Takes the spans of events whose trace is sampled.
    ///   - activity: Notes what the workers do, for the console.
    package init(
        _ pipeline: Pipeline, plan: WorkerPlan, tuning: WorkerConfiguration, learningInterval: Duration = .zero,
        tracing: TracingService? = nil, activity: ActivityRecord? = nil, log: Log
    ) {
        let learns = learningInterval > .zero && plan.counts[.neo4j] ?? 0 > 0
        let changes = learns ? ChangedSessions() : nil
        self.changes = changes
        let unnoted = unnoted
        learning = changes.map { LearningService(pipeline, changes: $0, interval: learningInterval, log: log) }
        let breakers = Dictionary(uniqueKeysWithValues: WorkerPlan.Kind.allCases.map { ($0, StoreBreaker()) })
        pauseDirectory = pipeline.pauseDirectory
        stallTimeout = tuning.stallTimeout
        let board = Self.board(pipeline.pauseDirectory, plan, log)
        // Called at each probe of a store that is away, and when the store is back: rarely.
        let show: @Sendable () -> Void = {
            do {
                try board?.show {
                    var pauses: [String: String] = [:]
                    for (kind, breaker) in breakers { pauses[kind.queue] = breaker.openReason }
                    return pauses
                }
            } catch {
                log(.warning, "stats does not show that workers wait", ["error": "\(error)"])
            }
        }
        let metrics = Dictionary(
            uniqueKeysWithValues: WorkerPlan.Kind.allCases.filter { plan.counts[$0] ?? 0 > 0 }
                .map { ($0, QueueMetrics(system: pipeline.systems[$0] ?? "other_sql")) })
        self.metrics = WorkerPlan.Kind.allCases.compactMap { kind in metrics[kind].map { (kind.queue, $0) } }
        workers = WorkerPlan.Kind.allCases.flatMap { kind in
            guard let metrics = metrics[kind] else { return [(queue: String, worker: Worker)]() }
            return (0..<(plan.counts[kind] ?? 0)).map { number in
                var configuration = tuning
                configuration.retry = pipeline.retry
                configuration.name += "-\(kind.rawValue)-\(number + 1)"
                var sink: any EventSink =
                    switch kind {
                    case .neo4j: GraphSink(pipeline.graph) { changes?.add($0.events) }
                    case .qdrant: ProfileSink(pipeline.profiles)
                    }
                if let activity { sink = ObservedSink(sink, of: kind.queue, noting: activity, now: { .now }) }
                sink = MeasuredSink(sink, metrics, now: { .now })
                if let arrivals = pipeline.arrivals {
                    sink = NotingSink(sink, at: kind.arrivalPlace, arrivals, now: { .now }) { error, count in
                        unnoted.add(count)
                        log.writeUnnoted(error, count: count)
                    }
                }
                let worker = Worker(
                    queue: kind.queue, sink: sink, broker: pipeline.broker,
                    breaker: breakers[kind] ?? StoreBreaker(), crashes: pipeline.crashes,
                    configuration: configuration, system: metrics.system, tracing: tracing?.spans, now: { .now },
                    report: { report in
                        metrics.count(report)
                        log.write(report)
                        activity?.record(report)
                        switch report {
                        case .storeFailed, .storeRecovered: show()
                        default: break
                        }
                    })
                return (kind.queue, worker)
            }
        }
    }

    /// Takes a place on the board if the process has workers.
    private static func board(_ directory: String?, _ plan: WorkerPlan, _ log: Log) -> PauseBoard? {
        guard let directory, plan.counts.values.contains(where: { $0 > 0 }) else { return nil }
        do {
            return try PauseBoard(directory: directory)
        } catch {
            log(.warning, "stats will not show whether workers wait", ["error": "\(error)"])
            return nil
        }
    }

    /// Asks every worker to finish the events that it holds.
    package func stop() {
        for (_, worker) in workers { worker.stop() }
    }

    /// The workers on the data folder that wait for their store, and the workers of this process that hang or get nothing
    /// from the broker.
    var state: WorkersState {
        let now = ContinuousClock.now
        var state = WorkersState()
        // Pauses that cannot be read are not shown; the log reports them too.
        if let pauseDirectory { state.pauses = (try? PauseBoard.read(directory: pauseDirectory)) ?? [:] }
        for (queue, worker) in workers {
            if let interruption = worker.interruption(at: now),
                interruption.duration > state.interruptions[queue]?.duration ?? .zero
            {
                state.interruptions[queue] = interruption
            }
            guard let began = worker.busySince, now - began > stallTimeout else { continue }
            state.stalls[queue] = max(now - began, state.stalls[queue] ?? .zero)
        }
        return state
    }

    /// Returns when all workers have ended: after ``stop()``, or after the task is cancelled, which has the same
    /// effect.
    package func run() async {
        // A separate task, which is not cancelled: the workers write and acknowledge the events that they hold.
        let work = Task {
            await withDiscardingTaskGroup { group in
                for (_, worker) in workers { group.addTask { await worker.run() } }
            }
        }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            stop()
        }
    }
}

extension Log {
    /// Logs the reports of a worker; a written batch is logged for debugging only.
    func write(_ report: WorkerReport) {
        switch report {
        case .wrote(let queue, let applied):
            self(.debug, "batch written", ["queue": queue, "inserted": "\(applied.inserted)"])
            if applied.erased > 0 {
                self(
                    .info, "events of erased users left out: they were received before the erasure",
                    ["queue": queue, "count": "\(applied.erased)"])
            }
        case .retrying(let queue, let count, let delay, let error, let first):
            self(
                .warning, "events will be tried again",
                [
                    "queue": queue, "count": "\(count)", "after": delay.label, "event_id": first.shownID,
                    "trace_id": first.shownTrace, "error": error,
                ])
        case .crashExplained(let queue, let explanation):
            self(
                .warning, "a worker died with an event, which is not held against the event",
                ["queue": queue, "since": explanation])
        case .crashesUncounted(let queue, let error):
            self(.error, "crashes of workers are not counted", ["queue": queue, "error": error])
        case .deadLettered(let queue, let count, let reason, let error, let first):
            self(
                .warning, "events dead-lettered",
                [
                    "queue": queue, "count": "\(count)", "reason": reason.rawValue, "event_id": first.shownID,
                    "trace_id": first.shownTrace, "error": error,
                ])
        case .storeFailed(let queue, let error, let delay):
            self(
                .error, "store failing, worker waits",
                ["queue": queue, "retry_in": delay.shown, "error": "\(error)"])
        case .storeRecovered(let queue):
            self(.info, "store works again", ["queue": queue])
        case .brokerFailed(let queue, let error, let delay):
            self(
                .error, "broker failing, worker waits",
                ["queue": queue, "retry_in": delay.shown, "error": "\(error)"])
        }
    }
}

extension EventReference {
    fileprivate var shownID: String { id?.description ?? "none" }
    fileprivate var shownTrace: String { traceID ?? "none" }
}

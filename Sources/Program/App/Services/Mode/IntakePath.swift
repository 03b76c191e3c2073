import Events
import Intake
import Messaging
import Metrics
import Observability
import Platform
import Recommending
import Stores
import Synchronization
import Workers

/// The way of posted events in every mode, over the parts of one pipeline.
struct IntakePath: Sendable {
    /// The mode that holds.
    let modes: ModeSwitch
    /// Writes what is not, or not only, published.
    let direct: DirectWriter
    private let arrivals: any ArrivalLedger
    private let late: LateBroker?
    private let file: ModeFile
    private let unnoted: Counter
    private let log: Log

    /// - Parameter workers: Whose learning is told of what is written directly, and whose count of arrivals that could not
    ///   be noted goes on.
    init(_ pipeline: Pipeline, _ configuration: ServeConfiguration, _ workers: WorkerService, log: Log) {
        let (unnoted, changes) = (workers.unnoted, workers.changes)
        let arrivals: any ArrivalLedger = pipeline.arrivals ?? NoArrivals()
        func lane(_ sink: some EventSink, at place: ArrivalPlaces, _ store: String) -> DirectLane {
            let noting = NotingSink(sink, at: place, arrivals, now: { .now }) { error, count in
                unnoted.add(count)
                log.writeUnnoted(error, count: count)
            }
            return DirectLane(noting) { log.write($0, store: store) }
        }
        direct = DirectWriter(
            graph: lane(GraphSink(pipeline.graph) { changes?.add($0.events) }, at: .directGraph, "graph"),
            vectors: lane(ProfileSink(pipeline.profiles), at: .directVectors, "vectors"))
        modes = ModeSwitch(configuration.mode)
        late = pipeline.late
        file = ModeFile(path: configuration.modeFile)
        self.arrivals = arrivals
        self.unnoted = unnoted
        self.log = log
    }

    /// Brings events to the stores in the mode of the moment.
    ///
    /// - Parameter queue: Publishes to the broker.
    func publisher(over queue: any Publisher) -> ModalPublisher {
        ModalPublisher(queue: queue, direct: direct, modes: modes, ledger: arrivals, now: { .now }) {
            [unnoted, log] report in
            if case .unexpected(let count, _) = report { unnoted.add(count) }
            log.write(report)
        }
    }

    /// What an operator may do about the mode.
    ///
    /// - Parameter watch: Looks how full the queues are before the first event is published.
    func control(_ watch: QueueWatch?) -> ModeControl {
        let change = ModeChange(modes: modes, file: file, late: late, watch: watch, log: log)
        return ModeControl(modes) { (mode) async throws(ModeControl.Failure) in try await change.change(to: mode) }
    }

    /// Where no ledger is kept.
    private struct NoArrivals: ArrivalLedger {
        func expect(_: [Arrival], at: ArrivalPlaces, time: Timestamp) async throws(StoreError) {}
        func awaits(_: [EventID]) async throws(StoreError) -> Set<EventID> { [] }
        func note(_: [Arrival], at: ArrivalPlaces, time: Timestamp) async throws(StoreError) {}
        func refuse(_: [Arrival]) async throws(StoreError) {}
    }
}

/// Changes the mode while the program runs.
private final class ModeChange: Sendable {
    private let modes: ModeSwitch
    private let file: ModeFile
    private let late: LateBroker?
    private let watch: QueueWatch?
    private let log: Log
    /// Held while the file and the switch change, so that both say the same after two changes at once.
    private let turn = Mutex(())

    init(modes: ModeSwitch, file: ModeFile, late: LateBroker?, watch: QueueWatch?, log: Log) {
        self.modes = modes
        self.file = file
        self.late = late
        self.watch = watch
        self.log = log
    }

    /// Opens the broker if the mode needs one that is not open, keeps the mode in the data folder, and sets it.
    func change(to mode: IntakeMode) async throws(ModeControl.Failure) {
        if mode.publishes, let late {
            do throws(MessagingError) {
                try await late.open()
            } catch {
                throw ModeControl.Failure(error.message)
            }
            await watch?.look()
        }
        let before = modes.mode
        do throws(SystemError) {
            try turn.withLock { (_) throws(SystemError) in
                try file.write(mode)
                modes.set(mode)
            }
        } catch {
            throw ModeControl.Failure("it cannot be kept in the data folder: \(error)")
        }
        log(.info, "the mode was changed", ["mode": mode.rawValue, "before": before.rawValue])
    }
}

extension Log {
    /// Logs that a ledger lacks arrivals.
    func writeUnnoted(_ error: StoreError, count: Int) {
        self(
            .error, "arrivals could not be noted: a comparison of the paths errs by these events",
            ["count": "\(count)", "error": "\(error)"])
    }

    fileprivate func write(_ report: DirectLane.Report, store: String) {
        switch report {
        case .failing(let error, let delay):
            self(
                .error, "store failing, requests that write into it are refused",
                ["store": store, "retry_in": delay.shown, "error": "\(error)"])
        case .recovered: self(.info, "store works again for requests that write into it", ["store": store])
        }
    }

    fileprivate func write(_ report: ModalPublisher.Report) {
        switch report {
        case .unwritten(let count, let reason):
            self(
                .error, "events were published and not written directly: they come by the queue alone",
                ["count": "\(count)", "error": reason])
        case .unexpected(let count, let error): writeUnnoted(error, count: count)
        }
    }
}

extension WorkerPlan.Kind {
    /// Where the events of these workers arrive.
    var arrivalPlace: ArrivalPlaces {
        switch self {
        case .neo4j: .queueGraph
        case .qdrant: .queueVectors
        }
    }
}

package import DeadLetters
package import Events
import HTTPServer
package import Intake
package import Messaging
package import Stores
package import Workers

/// The parts of one process that probes ask, and that Prometheus is told of. A value; safe to use from any task.
package struct Monitoring: Sendable {
    /// What the process is there for; it is ready when it may do this.
    package enum Purpose: Sendable, Hashable {
        /// To take events over HTTP.
        case api
        /// To bring events from this queue into its store.
        case worker(queue: String)
    }

    /// What the process counts and knows beside its back ends.
    package struct Instruments: Sendable {
        /// Reads the state of the workers.
        package var workers: @Sendable () -> WorkersState
        /// What the workers of this process have done, by queue; in the order in which it is told.
        package var queues: [(queue: String, metrics: QueueMetrics)]
        /// When the dead letter at the head of the queue was given up; nil when there is none, or nobody looks.
        package var oldestLetter: @Sendable () -> Timestamp?
        /// How many dead letters were moved to the archive; nil where nothing moves them.
        package var archived: (@Sendable () -> DeadLetterArchiver.Totals)?
        /// Counts the events that were forwarded from the spool.
        package var forwarded: @Sendable () -> Int
        /// Takes the spans of requests that bring events; nil where nobody wants them.
        package var spans: SpanBuffer?
        /// What became of spans; nil where none are exported.
        package var exported: (@Sendable () -> (exported: Int, failed: Int))?
        /// The folder whose disk must not get full; nil for none.
        package var dataDirectory: String?
        /// Writes into the stores in the modes `direct` and `parallel`; nil where nothing does.
        package var direct: DirectWriter?
        /// Counts the events whose arrivals could not be noted in the ledger.
        package var unnoted: @Sendable () -> Int = { 0 }

        /// Nothing is known.
        package init(
            workers: @escaping @Sendable () -> WorkersState = { WorkersState() },
            queues: [(queue: String, metrics: QueueMetrics)] = [],
            oldestLetter: @escaping @Sendable () -> Timestamp? = { nil },
            archived: (@Sendable () -> DeadLetterArchiver.Totals)? = nil,
            forwarded: @escaping @Sendable () -> Int = { 0 }, dataDirectory: String? = nil
        ) {
            self.workers = workers
            self.queues = queues
            self.oldestLetter = oldestLetter
            self.archived = archived
            self.forwarded = forwarded
            self.dataDirectory = dataDirectory
        }
    }

    let purpose: Purpose
    let broker: any Broker
    let graph: any GraphStore
    let profiles: any ProfileStore
    /// Nil without a spool.
    let spool: HTTPAPI.SpoolReader?
    let instruments: Instruments
    /// Nil in a process that takes no events.
    let mode: ModeControl?
    let now: @Sendable () -> Timestamp
    let startedAt: Timestamp
    let intake = IntakeRecord()
    let intakeMetrics = IntakeMetrics()
    let requests: RequestMetrics
    let unauthorized = UnauthorizedCounts()

    /// A process that begins now.
    package init(
        _ purpose: Purpose, broker: any Broker, graph: any GraphStore, profiles: any ProfileStore,
        spool: HTTPAPI.SpoolReader? = nil, instruments: Instruments, mode: ModeControl? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.purpose = purpose
        self.broker = broker
        self.graph = graph
        self.profiles = profiles
        self.spool = spool
        self.instruments = instruments
        self.mode = mode
        self.now = now
        startedAt = now()
        requests = RequestMetrics(HTTPAPI.routes)
    }

    /// The queues of the pipeline that are told of.
    static let queueNames = PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue]
}

extension HTTPAPI {
    /// `GET /health`; see ``Monitoring/health()``.
    func health(_: HTTPRequest, _: PathParameters) -> HTTPResponse { monitoring.health() }

    /// `GET /health/ready`; see ``Monitoring/ready()``.
    func ready(_: HTTPRequest, _: PathParameters) async -> HTTPResponse { await monitoring.ready() }

    /// `GET /rabbitmq/health`; see ``Monitoring/queues()``.
    func queues(_: HTTPRequest, _: PathParameters) async -> HTTPResponse { await monitoring.queues() }

    /// `GET /metrics`; see ``Monitoring/metrics()``.
    func metrics(_: HTTPRequest, _: PathParameters) async -> HTTPResponse { await monitoring.metrics() }
}

public import HTTPServer
public import IngestAPI
public import Messaging
public import Workers

/// How the API is served and which workers run beside it.
public struct ServeConfiguration: Sendable {
    /// Where and within which bounds the API listens.
    public var http: HTTPServerConfiguration
    /// What one request may hold.
    public var limits: IngestAPI.Limits
    /// The workers in the same process.
    public var workers: WorkerPlan
    /// How they work.
    public var tuning: WorkerConfiguration
    /// What the broker is asked to have.
    public var topology: Topology
    /// The most events of a work queue; letters that the broker wrote return to one that has room. Nil leaves them.
    public var restoringBelow: Int?
    /// Who may see and send back dead letters over HTTP.
    public var administration = IngestAPI.Administration()
    /// How long requests under way may take when the service stops.
    public var drain: Duration

    /// Port 8000 of the loopback address, one worker of each kind, ten seconds to drain.
    public init(
        http: HTTPServerConfiguration = HTTPServerConfiguration(port: 8000), limits: IngestAPI.Limits = .init(),
        workers: WorkerPlan = .standard, tuning: WorkerConfiguration = WorkerConfiguration(),
        topology: Topology = PipelineTopology.topology(), restoringBelow: Int? = 100_000,
        drain: Duration = .seconds(10)
    ) {
        self.http = http
        self.limits = limits
        self.workers = workers
        self.tuning = tuning
        self.topology = topology
        self.restoringBelow = restoringBelow
        self.drain = drain
    }
}

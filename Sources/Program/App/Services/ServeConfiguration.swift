package import HTTPAPI
package import HTTPServer
package import Messaging
package import Workers

/// How the API is served and which workers run beside it.
package struct ServeConfiguration: Sendable {
    /// Where and within which bounds the API listens.
    package var http: HTTPServerConfiguration
    /// What one request may hold.
    package var limits: HTTPAPI.Limits
    /// The workers in the same process.
    package var workers: WorkerPlan
    /// How they work.
    package var tuning: WorkerConfiguration
    /// What the broker is asked to have.
    package var topology: Topology
    /// The most events of a work queue; letters that the broker wrote return to one that has room. Nil leaves them.
    package var restoringBelow: Int?
    /// Who may see and send back dead letters over HTTP.
    package var administration = HTTPAPI.Administration()
    /// How long requests under way may take when the service stops.
    package var drain: Duration

    /// Port 8000 of the loopback address, one worker of each kind, ten seconds to drain.
    package init(
        http: HTTPServerConfiguration = HTTPServerConfiguration(port: 8000), limits: HTTPAPI.Limits = .init(),
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

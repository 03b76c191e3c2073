import Events
import HTTPAPI
import HTTPServer
import Messaging

/// Serves the probes and metrics of a process that runs workers only.
package struct ProbeService: Service {
    private let server: HTTPServer

    /// - Parameters:
    ///   - host: The address to listen on; `*` for all.
    ///   - port: The port to listen on; 0 picks a free one.
    package init(
        _ pipeline: Pipeline, _ workers: WorkerService, queue: String, tracing: TracingService?, host: String,
        port: UInt16
    ) {
        var instruments = Monitoring.Instruments(
            workers: { workers.state }, queues: workers.metrics, dataDirectory: pipeline.dataDirectory)
        instruments.add(tracing)
        let monitoring = Monitoring(
            .worker(queue: queue), broker: pipeline.broker, graph: pipeline.graph, profiles: pipeline.profiles,
            instruments: instruments, now: { .now })
        let api = ProbeAPI(monitoring)
        var configuration = HTTPServerConfiguration(host: host, port: Int(port))
        // A few probes and Prometheus: whatever else connects must not take much of the worker's memory.
        configuration.maxConnections = 64
        configuration.maxBodyBytes = 1_024
        server = HTTPServer(configuration: configuration) { await api.respond(to: $0) }
    }

    /// Begins to listen.
    ///
    /// - Returns: The URL.
    /// - Throws: ``HTTPServerError`` if the server cannot listen on the address.
    package func start() async throws -> String {
        "http://\(try await server.start())"
    }

    package func run() async {
        await HTTPService(server: server, drain: .seconds(1)).run()
    }
}

import HTTPMessages
package import HTTPServer

/// The HTTP interface of a process that takes no events: for probes and for Prometheus.
package struct ProbeAPI: Sendable {
    private let monitoring: Monitoring

    package init(_ monitoring: Monitoring) {
        self.monitoring = monitoring
    }

    /// The answer to `request`; every failure is an answer too.
    package nonisolated(nonsending) func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return Problem.methodNotAllowed(request.method, request.path, allow: "GET, HEAD").response
        }
        switch request.path {
        case "/health": return monitoring.health()
        case "/health/ready": return await monitoring.ready()
        case "/rabbitmq/health": return await monitoring.queues()
        case "/metrics": return await monitoring.metrics()
        default:
            return Problem(
                status: .notFound, code: "not-found",
                detail: "A worker has no path \(request.path): it has /health, /health/ready, /rabbitmq/health and "
                    + "/metrics. Events go to the API."
            ).response
        }
    }
}

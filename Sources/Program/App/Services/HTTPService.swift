import HTTPServer

/// A server that listens already, until the service is stopped.
struct HTTPService: Service {
    let server: HTTPServer
    /// How long requests under way may take when the service stops.
    let drain: Duration

    func run() async {
        await untilCancelled()
        await server.stop(drain: drain)
    }
}

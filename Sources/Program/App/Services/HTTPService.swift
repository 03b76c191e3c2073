import HTTPServer

/// Runs a server, which listens already, until the service is stopped.
struct HTTPService: Service {
    let server: HTTPServer
    /// The timeout for current requests when the service stops.
    let drain: Duration

    func run() async {
        await untilCancelled()
        await server.stop(drain: drain)
    }
}

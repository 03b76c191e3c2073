import HTTPMessages
import HTTPServer
import Platform

/// Measures the cost of the HTTP server alone: answers each request with 100 bytes of text until SIGTERM.
///
///     client-bench http-server                       handlers on Swift's pool
///     client-bench http-server --inline              handlers on the server's loop
///     client-bench http-server --loops 2
///     client-bench http-server --tls CERTIFICATE KEY     files in PEM
///
/// Prints the port.
enum HTTPServerBench {
    /// Returns false for an unknown option.
    static func run(_ words: [String]) async throws -> Bool {
        guard let configuration = try configuration(words) else { return false }
        let signals = ShutdownSignals()
        let text = String(repeating: "x", count: 100)
        let server = HTTPServer(configuration: configuration) { _ in .text(text) }
        let port = try await server.start().port
        try StandardStream.output.write("\(port)\n")
        _ = await signals.first()
        await server.stop()
        return true
    }

    private static func configuration(_ words: [String]) throws -> HTTPServerConfiguration? {
        var configuration = HTTPServerConfiguration()
        configuration.maxConnections = 20_000
        var rest = words[...]
        while let option = rest.popFirst() {
            switch option {
            case "--inline": configuration.inlineBodyLimit = .max
            case "--loops":
                guard let loops = rest.popFirst().flatMap({ Int($0) }), loops > 0 else { return nil }
                configuration.loops = loops
            case "--tls":
                guard let certificate = rest.popFirst(), let key = rest.popFirst() else { return nil }
                configuration.tls = HTTPServerTLS(
                    certificateChain: try FileSystem.contents(of: certificate),
                    privateKey: try FileSystem.contents(of: key))
            default: return nil
            }
        }
        return configuration
    }
}

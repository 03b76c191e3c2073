import HTTPServer
import Observability

/// Reads files of a server again whenever it is asked to, for what comes from then on.
struct ReloadService: Service {
    /// What is read again, and what the log says about it.
    struct Part: Sendable {
        let success: StaticString
        let failure: StaticString
        let reload: @Sendable () async throws -> Void
    }

    let parts: [Part]
    /// One element per request to read the files again.
    let requests: AsyncStream<Void>
    let log: Log

    func run() async {
        for await _ in requests {
            for part in parts {
                do {
                    try await part.reload()
                    log(.info, part.success)
                } catch {
                    log(.error, part.failure, ["error": "\(error)"])
                }
            }
        }
    }
}

extension HTTPServerTLS {
    init(_ certificate: ServeConfiguration.Certificate) {
        self.init(certificateChain: certificate.chain, privateKey: certificate.key)
    }
}

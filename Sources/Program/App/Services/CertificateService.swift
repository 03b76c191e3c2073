import HTTPServer
import Observability

/// Reads the certificate of a server again whenever it is asked to, for connections that are made from then on.
struct CertificateService: Service {
    let server: HTTPServer
    let load: @Sendable () throws -> ServeConfiguration.Certificate
    /// One element per request to read the certificate again.
    let requests: AsyncStream<Void>
    let log: Log

    func run() async {
        for await _ in requests {
            do {
                try await server.reloadCertificate(HTTPServerTLS(try load()))
                log(.info, "reloaded the certificate: new connections use it, open ones keep theirs")
            } catch {
                log(.error, "the certificate could not be reloaded; the old one stays", ["error": "\(error)"])
            }
        }
    }
}

extension HTTPServerTLS {
    init(_ certificate: ServeConfiguration.Certificate) {
        self.init(certificateChain: certificate.chain, privateKey: certificate.key)
    }
}

import Foundation
import HTTPServer
import TestSupport

extension Certificates.Identity {
    /// For a server.
    var tls: HTTPServerTLS {
        get throws {
            HTTPServerTLS(
                certificateChain: Array(try Data(contentsOf: URL(filePath: certificate))),
                privateKey: Array(try Data(contentsOf: URL(filePath: key))))
        }
    }
}

import Foundation
import HTTPServer
import TestSupport

/// Two certificates for 127.0.0.1, each signed by an authority of its own.
struct Certificates: Sendable {
    let first: HTTPServerTLS
    let second: HTTPServerTLS
    /// Files that clients are given: the authority of the first, of the second, and both.
    let firstAuthority: String
    let secondAuthority: String
    let bothAuthorities: String
    private let directory: TemporaryDirectory

    /// The same for all tests.
    static func shared() async throws -> Certificates {
        try await task.value
    }

    private static let task = Task { try await Certificates() }

    private init() async throws {
        directory = try TemporaryDirectory()
        try await TestCertificates.make(
            authorities: ["first-authority", "second-authority"],
            [
                .init("first", signedBy: "first-authority", for: "IP:127.0.0.1"),
                .init("second", signedBy: "second-authority", for: "IP:127.0.0.1"),
            ], in: directory)
        func tls(_ name: String, in directory: TemporaryDirectory) throws -> HTTPServerTLS {
            HTTPServerTLS(
                certificateChain: Array(try Data(contentsOf: URL(filePath: directory.file("\(name).crt")))),
                privateKey: Array(try Data(contentsOf: URL(filePath: directory.file("\(name).key")))))
        }
        first = try tls("first", in: directory)
        second = try tls("second", in: directory)
        firstAuthority = directory.file("first-authority.pem")
        secondAuthority = directory.file("second-authority.pem")
        bothAuthorities = directory.file("both-authorities.pem")
        let both = try [firstAuthority, secondAuthority].map { try Data(contentsOf: URL(filePath: $0)) }
        try Data(both.joined()).write(to: URL(filePath: bothAuthorities))
    }
}

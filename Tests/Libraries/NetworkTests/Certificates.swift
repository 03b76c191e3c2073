import TestSupport

/// Two authorities that know nothing of each other, a server's certificate and a client's.
///
/// The server's is signed by the first authority and holds for 127.0.0.1, not for localhost.
struct Certificates: Sendable {
    let authority: String
    let otherAuthority: String
    let server: String
    let client: String
    private let directory: TemporaryDirectory

    /// The same for all tests.
    static func shared() async throws -> Certificates {
        try await task.value
    }

    private static let task = Task { try await Certificates() }

    private init() async throws {
        directory = try TemporaryDirectory()
        try await TestCertificates.make(
            authorities: ["authority", "other"],
            [
                .init("server", signedBy: "authority", for: "IP:127.0.0.1"),
                .init("client", signedBy: "authority", for: "DNS:client"),
            ], in: directory)
        authority = directory.file("authority.pem")
        otherAuthority = directory.file("other.pem")
        server = directory.file("server.pem")
        client = directory.file("client.pem")
    }
}

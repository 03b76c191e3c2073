/// Two unrelated authorities and the certificates that they signed, as PEM files made by `scripts/certificates`.
///
/// The certificates of the servers are valid for 127.0.0.1, not for localhost.
package struct Certificates: Sendable {
    /// A certificate and its key.
    package struct Identity: Sendable {
        /// The file of the certificate.
        package let certificate: String
        /// The file of the key.
        package let key: String
        /// A file with both.
        package let both: String

        fileprivate init(_ name: String, in directory: TemporaryDirectory) {
            certificate = directory.file("\(name).crt")
            key = directory.file("\(name).key")
            both = directory.file("\(name).pem")
        }
    }

    /// The file of the authority that signed ``server`` and ``client``.
    package let authority: String
    /// The file of the authority that signed ``otherServer``.
    package let otherAuthority: String
    /// A file with both authorities.
    package let bothAuthorities: String
    /// The certificate of a server.
    package let server: Identity
    /// The certificate of another server, signed by the other authority.
    package let otherServer: Identity
    /// A certificate of the same server, signed by ``authority``, that has expired.
    package let expiredServer: Identity
    /// A certificate of the same server that nobody signed but itself.
    package let selfSignedServer: Identity
    /// The certificate of a client.
    package let client: Identity
    private let directory: TemporaryDirectory

    /// The files that all tests share.
    ///
    /// - Throws: If openssl fails.
    package static func shared() async throws -> Certificates {
        try await task.value
    }

    private static let task = Task { try await Certificates() }

    private init() async throws {
        directory = try TemporaryDirectory()
        try await HelperProcess.run(
            "bash",
            [
                Script.path("certificates"), directory.path, "authority", "other-authority",
                "server=authority=IP:127.0.0.1", "other-server=other-authority=IP:127.0.0.1",
                "expired-server=authority=IP:127.0.0.1=0", "self-signed-server==IP:127.0.0.1",
                "client=authority=DNS:client",
            ])
        authority = directory.file("authority.pem")
        otherAuthority = directory.file("other-authority.pem")
        bothAuthorities = directory.file("both-authorities.pem")
        try await HelperProcess.run(
            "bash", ["-c", #"cat "$1" "$2" > "$3""#, "-", authority, otherAuthority, bothAuthorities])
        server = Identity("server", in: directory)
        otherServer = Identity("other-server", in: directory)
        expiredServer = Identity("expired-server", in: directory)
        selfSignedServer = Identity("self-signed-server", in: directory)
        client = Identity("client", in: directory)
    }
}

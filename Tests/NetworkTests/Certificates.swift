import TestSupport

/// Two authorities that know nothing of each other, a server's certificate and a client's, made by the openssl command.
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
        let script = """
            set -e; cd "$1"
            new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -days 2 "${@:2}"; }
            new authority -x509 -keyout authority.key -out authority.pem
            new other -x509 -keyout other.key -out other.pem
            sign() { # a name, a subject alternative name
                new "$1" -keyout "$1.key" -out "$1.csr"
                openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \\
                    -extfile <(echo "subjectAltName=$2") -out "$1.crt"
                cat "$1.crt" "$1.key" > "$1.pem"
            }
            sign server IP:127.0.0.1
            sign client DNS:client
            """
        let shell = try HelperProcess(
            path: "/usr/bin/env", ["bash", "-c", "exec 2>/dev/null; \(script)", "-", directory.path])
        guard await shell.exit() == .status(0) else {
            throw ServerDidNotStart(description: "the openssl command made no certificates")
        }
        authority = directory.file("authority.pem")
        otherAuthority = directory.file("other.pem")
        server = directory.file("server.pem")
        client = directory.file("client.pem")
    }
}

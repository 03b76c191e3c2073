import Foundation
import HTTPServer
import TestSupport

/// Two certificates for 127.0.0.1, each signed by an authority of its own, made by the openssl command.
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
        let script = """
            set -e; cd "$1"
            new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -days 2 "${@:2}"; }
            for name in first second; do
                new "authority $name" -x509 -keyout authority.key -out $name-authority.pem
                new $name -keyout $name.key -out $name.csr
                openssl x509 -req -in $name.csr -CA $name-authority.pem -CAkey authority.key -CAcreateserial -days 2 \\
                    -extfile <(echo subjectAltName=IP:127.0.0.1) -out $name.pem
            done
            cat *-authority.pem > both.pem
            """
        try await HelperProcess.run("bash", ["-c", "exec 2>/dev/null; \(script)", "-", directory.path])
        func tls(_ name: String, in directory: TemporaryDirectory) throws -> HTTPServerTLS {
            HTTPServerTLS(
                certificateChain: Array(try Data(contentsOf: URL(filePath: directory.file("\(name).pem")))),
                privateKey: Array(try Data(contentsOf: URL(filePath: directory.file("\(name).key")))))
        }
        first = try tls("first", in: directory)
        second = try tls("second", in: directory)
        firstAuthority = directory.file("first-authority.pem")
        secondAuthority = directory.file("second-authority.pem")
        bothAuthorities = directory.file("both.pem")
    }
}

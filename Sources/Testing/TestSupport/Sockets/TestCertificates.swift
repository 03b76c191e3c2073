/// Certificates for tests, made by the openssl command and valid for two days.
package enum TestCertificates {
    /// A certificate, the authority that signs it, and what it holds for (`IP:127.0.0.1`, `DNS:name`).
    package struct Subject: Sendable {
        let name: String
        let authority: String
        let alternativeName: String

        /// Describes a certificate.
        package init(_ name: String, signedBy authority: String, for alternativeName: String) {
            self.name = name
            self.authority = authority
            self.alternativeName = alternativeName
        }
    }

    /// Writes, with names as given: `AUTHORITY.pem` of each authority, and of each subject `NAME.crt`, `NAME.key`, and
    /// both as `NAME.pem`.
    ///
    /// - Throws: when the command fails.
    package static func make(
        authorities: [String], _ subjects: [Subject], in directory: TemporaryDirectory
    ) async throws {
        let script = """
            set -e; cd "$1"
            new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -days 2 "${@:2}"; }
            authority() { new "$1" -x509 -keyout "$1.key" -out "$1.pem"; }
            subject() { # a name, its authority, a subject alternative name
                new "$1" -keyout "$1.key" -out "$1.csr"
                openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 \\
                    -extfile <(echo "subjectAltName=$3") -out "$1.crt"
                cat "$1.crt" "$1.key" > "$1.pem"
            }
            """
        let calls =
            authorities.map { "authority '\($0)'" }
            + subjects.map { "subject '\($0.name)' '\($0.authority)' '\($0.alternativeName)'" }
        let text = ([script] + calls).joined(separator: "\n")
        try await HelperProcess.run("bash", ["-c", "exec 2>/dev/null; \(text)", "-", directory.path])
    }
}

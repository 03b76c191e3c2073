import Foundation
import TestSupport
import Testing

@Suite("Certificates", .timeLimit(.minutes(5)))
struct CertificateTests {
    @Test("SIGHUP has new connections get the new certificate, and a broken file changes nothing")
    func reloading() async throws {
        let certificates = try await Certificates.shared()
        let directory = try TemporaryDirectory()
        let (chain, key) = (directory.file("chain.pem"), directory.file("key.pem"))
        try Self.install(certificates.server, as: chain, key)
        let (program, port) = try Program.serve(
            directory.file("data"), ["--no-workers", "--tls-certificate", chain, "--tls-key", key])
        #expect(await Self.health(port, trusting: certificates.authority))
        #expect(await !Self.health(port, trusting: certificates.otherAuthority))

        try Self.install(certificates.otherServer, as: chain, key)
        program.hangUp()
        try await eventually("the new certificate", within: .seconds(20)) {
            await Self.health(port, trusting: certificates.otherAuthority)
        }
        #expect(await !Self.health(port, trusting: certificates.authority))

        try "no certificate".write(toFile: chain, atomically: true, encoding: .utf8)
        program.hangUp()
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(50))
            #expect(await Self.health(port, trusting: certificates.otherAuthority))
        }
        #expect(program.terminate() == 0)
    }

    private static func install(_ identity: Certificates.Identity, as chain: String, _ key: String) throws {
        try String(contentsOfFile: identity.certificate, encoding: .utf8)
            .write(toFile: chain, atomically: true, encoding: .utf8)
        try String(contentsOfFile: identity.key, encoding: .utf8).write(toFile: key, atomically: true, encoding: .utf8)
    }

    private static func health(_ port: UInt16, trusting authority: String) async -> Bool {
        do {
            try await HelperProcess.run(
                "curl", ["-sf", "--cacert", authority, "https://127.0.0.1:\(port)/health", "-o", "/dev/null"])
            return true
        } catch {
            return false
        }
    }
}

import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TLSContextTests {
    @Test("a certificate and its key are read, also from one text with both")
    func certificateAndKeyAreRead() async throws {
        let certificates = try await Certificates.shared()
        _ = try TLSContext(certificates.server.tls)
        let both = try bytes(certificates.server.both)
        _ = try TLSContext(certificateChain: both, privateKey: both)
        // As some authorities deliver it: with text around the blocks.
        _ = try TLSContext(
            certificateChain: Array("Subject: a\r\n".utf8) + both + Array("\n\nend\n".utf8), privateKey: both)
    }

    @Test(
        "a chain without a readable certificate is refused as such", arguments: ["", "garbage", "key", "cut", "null"])
    func unreadableCertificate(kind: String) async throws {
        var tls = try await Certificates.shared().server.tls
        switch kind {
        case "key": tls.certificateChain = tls.privateKey
        case "cut": tls.certificateChain.removeLast(100)
        case "null": tls.certificateChain.append(0)
        default: tls.certificateChain = Array(kind.utf8)
        }
        #expect(throws: TLSContextError.certificateUnreadable) { try TLSContext(tls) }
    }

    @Test("a chain whose second certificate is damaged is refused, not served without it")
    func damagedSecondCertificate() async throws {
        let certificates = try await Certificates.shared()
        var tls = try certificates.server.tls
        tls.certificateChain += try bytes(certificates.authority).dropLast(100)
        #expect(throws: TLSContextError.certificateUnreadable) { try TLSContext(tls) }
    }

    @Test("a key that cannot be read is refused as such", arguments: ["", "garbage", "certificate", "cut", "null"])
    func unreadableKey(kind: String) async throws {
        var tls = try await Certificates.shared().server.tls
        switch kind {
        case "certificate": tls.privateKey = tls.certificateChain
        case "cut": tls.privateKey.removeLast(100)
        case "null": tls.privateKey.append(0)
        default: tls.privateKey = Array(kind.utf8)
        }
        #expect(throws: TLSContextError.keyUnreadable) { try TLSContext(tls) }
    }

    @Test("an encrypted key is refused as such, in both of its forms, and nobody is asked for its passphrase")
    func encryptedKey() async throws {
        let (certificates, folder) = (try await Certificates.shared(), try TemporaryDirectory())
        for arguments in [["pkcs8", "-topk8", "-v2", "aes-256-cbc"], ["ec", "-aes-256-cbc"]] {
            let file = folder.file("encrypted.key")
            try await HelperProcess.run(
                "openssl", arguments + ["-in", certificates.server.key, "-out", file, "-passout", "pass:secret"])
            var tls = try certificates.server.tls
            tls.privateKey = try bytes(file)
            #expect(throws: TLSContextError.keyEncrypted) { try TLSContext(tls) }
        }
    }

    @Test("a key after its parameters is read, as openssl ecparam writes both")
    func keyAfterItsParameters() async throws {
        var tls = try await Certificates.shared().server.tls
        let parameters = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----

            """
        tls.privateKey = Array(parameters.utf8) + tls.privateKey
        _ = try TLSContext(tls)
    }

    @Test("another certificate's key is refused as such, of the same kind or of another", arguments: ["EC", "RSA"])
    func keyOfAnotherCertificate(kind: String) async throws {
        let (certificates, folder) = (try await Certificates.shared(), try TemporaryDirectory())
        var tls = try certificates.server.tls
        tls.privateKey = try certificates.otherServer.tls.privateKey
        if kind == "RSA" {
            let file = folder.file("rsa.key")
            try await HelperProcess.run("openssl", ["genpkey", "-algorithm", "RSA", "-out", file])
            tls.privateKey = try bytes(file)
        }
        #expect(throws: TLSContextError.keyOfAnotherCertificate) { try TLSContext(tls) }
    }

    @Test("a key too small for the system's security level is refused with OpenSSL's reason")
    func keyTooSmall() async throws {
        let folder = try TemporaryDirectory()
        let (certificate, key) = (folder.file("weak.crt"), folder.file("weak.key"))
        try await HelperProcess.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=weak", "-days", "1", "-keyout", key,
                "-out",
                certificate,
            ])
        let (chain, privateKey) = (try bytes(certificate), try bytes(key))
        #expect(throws: TLSContextError.refused("ee key too small")) {
            try TLSContext(certificateChain: chain, privateKey: privateKey)
        }
    }

    @Test("clients get the whole chain")
    func clientsGetTheWholeChain() async throws {
        let certificates = try await Certificates.shared()
        var tls = try certificates.server.tls
        tls.certificateChain += try bytes(certificates.authority)
        let pair = TLSPair(try TLSContext(tls))
        pair.client.connect()
        pair.exchange()
        #expect(pair.client.isConnected && pair.client.chainCount == 2)
    }

    @Test("sessions keep their certificate when the context is gone, and new ones have another")
    func sessionsKeepTheirCertificate() async throws {
        let certificates = try await Certificates.shared()
        var context: TLSContext? = try TLSContext(certificates.server.tls)
        let first = TLSClient.Options(authority: certificates.authority)
        let second = TLSClient.Options(authority: certificates.otherAuthority)
        let (open, begun) = (TLSPair(try #require(context), first), TLSPair(try #require(context), first))
        open.client.connect()
        open.exchange()
        begun.client.connect()
        weak let old = context
        context = try TLSContext(certificates.otherServer.tls)
        #expect(old == nil)

        let (new, wrong) = (TLSPair(try #require(context), second), TLSPair(try #require(context), first))
        for pair in [open, begun, new] {
            pair.client.connect()
            pair.exchange()
            pair.client.send(Array("question".utf8))
            pair.exchange()
            pair.server.send(Array("answer".utf8))
            pair.exchange()
            #expect(pair.requests == Array("question".utf8) && pair.answers == Array("answer".utf8))
        }
        wrong.client.connect()
        wrong.exchange()
        #expect(wrong.client.failure == "certificate verify failed")
        #expect(wrong.server.state == .failed(.alertFromPeer(48)))
    }

    @Test("errors are sentences") func errorsAreSentences() {
        let errors: [TLSContextError] = [
            .certificateUnreadable, .keyUnreadable, .keyEncrypted, .keyOfAnotherCertificate, .refused("a"),
            .unavailable("a"),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors.allSatisfy { $0.description.hasSuffix(".") })
    }

    private func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: file)))
    }
}

import HTTPMessages
import QdrantClient
import TestSupport
import Testing

@Suite("Qdrant over TLS") struct TLSTests {
    @Test("a server that the named authority signed is spoken to, under its name, and the API key reaches nobody else")
    func authority() async throws {
        let certificates = try await Certificates.shared()
        let server = try ScriptedHTTP([DriverTests.counted])
        func send(_ identity: Certificates.Identity, host: String = "127.0.0.1", _ authority: String?) async throws
            -> Int
        {
            let relay = try await TLSRelay(identity, to: server.port)
            let parameter = authority.map { "?cacertfile=\($0)" } ?? ""
            let driver = try DriverTests.driver("https://\(host):\(relay.port)\(parameter)", key: "secret")
            return try await driver.send(.count(in: "c"))
        }
        let signed = certificates.server
        #expect(try await send(signed, certificates.authority) == 3)
        #expect(server.requests.map { $0.headers["api-key"] } == ["secret"])
        let refused: [(Certificates.Identity, String, String?)] = [
            (signed, "127.0.0.1", nil), (signed, "127.0.0.1", certificates.otherAuthority),
            (signed, "localhost", certificates.authority),
            (certificates.expiredServer, "127.0.0.1", certificates.authority),
            (certificates.selfSignedServer, "127.0.0.1", certificates.authority),
            (certificates.otherServer, "127.0.0.1", certificates.authority),
        ]
        for (identity, host, authority) in refused {
            let error = await #expect(throws: QdrantError.self) { try await send(identity, host: host, authority) }
            #expect(error?.code == .tls && error?.isOutcomeUnknown == false, "\(String(describing: error))")
        }
        #expect(server.requests.count == 1)
    }

    @Test("verify=verify_none takes any certificate")
    func unverified() async throws {
        let certificates = try await Certificates.shared()
        let server = try ScriptedHTTP([DriverTests.counted])
        let relay = try await TLSRelay(certificates.selfSignedServer, to: server.port)
        let driver = try DriverTests.driver("https://localhost:\(relay.port)?verify=verify_none")
        #expect(try await driver.send(.count(in: "c")) == 3)
    }
}

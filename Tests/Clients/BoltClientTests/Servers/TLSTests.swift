import BoltClient
import BoltWire
import TestSupport
import Testing

@Suite("Bolt over TLS") struct TLSTests {
    /// Who the server says that it is.
    enum Server: String, CaseIterable, Sendable {
        case signed, expired, selfSigned, signedByOthers

        func identity(_ certificates: Certificates) -> Certificates.Identity {
            switch self {
            case .signed: certificates.server
            case .expired: certificates.expiredServer
            case .selfSigned: certificates.selfSignedServer
            case .signedByOthers: certificates.otherServer
            }
        }
    }

    @Test(
        "+s takes a server that the named authority signed, under its name, and nobody else", arguments: Server.allCases
    )
    func verified(_ server: Server) async throws {
        try await with(server) { port, scripted, authority in
            let error = await outcome("bolt+s://127.0.0.1:\(port)?cacertfile=\(authority)")
            if server == .signed {
                #expect(error == nil)
            } else {
                #expect(error?.code == .tls, "\(String(describing: error))")
            }
            // The certificate is for 127.0.0.1 alone.
            #expect(await outcome("bolt+s://localhost:\(port)?cacertfile=\(authority)")?.code == .tls)
            #expect(await outcome("bolt+s://127.0.0.1:\(port)")?.code == .tls)
            #expect(scripted.count("HELLO") == (server == .signed ? 1 : 0))
        }
    }

    @Test("+ssc takes any certificate", arguments: Server.allCases)
    func unverified(_ server: Server) async throws {
        try await with(server) { port, _, _ in
            for host in ["127.0.0.1", "localhost"] { #expect(await outcome("bolt+ssc://\(host):\(port)") == nil) }
        }
    }

    @Test("neither a server without TLS nor one with it is spoken to in the other way")
    func noFallback() async throws {
        try await with(.signed) { port, scripted, authority in
            let plain = await outcome("bolt://127.0.0.1:\(port)")
            #expect(plain?.code == .connectionLost || plain?.code == .protocolViolation, "\(String(describing: plain))")
            for scheme in ["bolt+s", "bolt+ssc"] {
                #expect(await outcome("\(scheme)://127.0.0.1:\(scripted.port)")?.code == .tls)
            }
            #expect(scripted.messages.isEmpty)
        }
    }

    @Test("a server of the routing table has to be who the table says", arguments: ["127.0.0.1", "localhost"])
    func routed(name: String) async throws {
        let certificates = try await Certificates.shared()
        try await ScriptedServer.with { member in
            let relay = try await TLSRelay(certificates.server, to: member.port)
            try await ScriptedServer.withRouter(to: "\(name):\(relay.port)") { router in
                let front = try await TLSRelay(certificates.server, to: router.port)
                let error = await outcome(
                    "neo4j+s://127.0.0.1:\(front.port)?cacertfile=\(certificates.authority)")
                #expect(error?.code == (name == "localhost" ? .tls : nil), "\(String(describing: error))")
                #expect(member.count("RUN") == (name == "localhost" ? 0 : 1))
            }
        }
    }

    @Test("Neo4j over TLS", .enabled(if: Neo4j.isReal, "needs Neo4j: ArcadeDB serves Bolt without TLS"))
    func neo4j() async throws {
        let node = try await Neo4jNode.start(tls: true)
        let addresses = node.addresses
        let url = try #require(addresses.boltTLS)
        let authority = try #require(addresses.certificateAuthority)
        let login = Authentication.basic(user: addresses.user, password: addresses.password)
        #expect(await outcome("\(url)?cacertfile=\(authority)", login) == nil)
        #expect(await outcome(url, login)?.code == .tls)
        #expect(await outcome(url.replacing("bolt+s:", with: "bolt+ssc:"), login) == nil)
        #expect(await outcome(url.replacing("bolt+s:", with: "neo4j+ssc:"), login) == nil)
        let other = try await Certificates.shared().otherAuthority
        #expect(await outcome("\(url)?cacertfile=\(other)", login)?.code == .tls)
    }

    private func outcome(_ uri: String, _ login: Authentication = .none) async -> BoltError? {
        await failure {
            var configuration = try BoltURI.parse(uri)
            configuration.authenticate(with: login)
            // Certificates are tried here, and not a busy machine.
            configuration.connectTimeout = .seconds(30)
            let driver = BoltDriver(configuration)
            let result: Result<Void, any Error>
            do { result = .success(_ = try await driver.execute("RETURN 1")) } catch { result = .failure(error) }
            await driver.close()
            try result.get()
        }
    }

    private func with(
        _ server: Server, _ body: (_ port: UInt16, ScriptedServer, _ authority: String) async throws -> Void
    ) async throws {
        let certificates = try await Certificates.shared()
        try await ScriptedServer.with { scripted in
            let relay = try await TLSRelay(server.identity(certificates), to: scripted.port)
            try await body(relay.port, scripted, certificates.authority)
        }
    }
}

import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ListeningTests {
    @Test(
        "listens on the address it was given, and says on which port",
        arguments: ["127.0.0.1", "localhost", "127.0.0.3"])
    func address(host: String) async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: host), handler: echo)
        let address = try await server.start()
        #expect(address.host == (host == "localhost" ? "127.0.0.1" : host))
        #expect(address.port > 0)
        let client = Client(try LoopbackConnection.connect(to: address.port, host: address.host))
        try await client.send("GET /a HTTP/1.1")
        #expect(try await client.answer().status == 200)
        if host != "127.0.0.3" {
            #expect(throws: LoopbackFailure.self, "no other address") {
                try LoopbackConnection.connect(to: address.port, host: "127.0.0.3")
            }
        }
        await server.stop()
    }

    @Test("listens on every address, and shows IPv4 clients as such", arguments: ["*", "::"])
    func everyAddress(host: String) async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: host)) { .text($0.remoteAddress.host) }
        let port = try await server.start().port
        for host in ["127.0.0.1", "127.0.0.3"] {
            let client = Client(try LoopbackConnection.connect(to: port, host: host, from: host))
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().text == host)
        }
        await server.stop()
    }

    @Test("0.0.0.0 is every IPv4 address, and none of IPv6")
    func everyIPv4Address() async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: "0.0.0.0"), handler: echo)
        let address = try await server.start()
        #expect(address.host == "0.0.0.0")
        for host in ["127.0.0.1", "127.0.0.3"] {
            let client = Client(try LoopbackConnection.connect(to: address.port, host: host))
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
        }
        // The same port of IPv6 is free for another server.
        let six = HTTPServer(configuration: HTTPServerConfiguration(host: "::1", port: address.port), handler: echo)
        #expect(try await six.start().host == "::1")
        await six.stop()
        await server.stop()
    }

    @Test(
        "what is not a numeric address is refused",
        arguments: ["", "example.org", "127.0.0", "127.0.0.256", "[::1]", "127.0.0.1:80", " 127.0.0.1", "LOCALHOST"])
    func invalid(host: String) async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: host), handler: echo)
        await #expect(throws: HTTPServerError.invalidAddress(host)) { try await server.start() }
    }

    @Test("a port that is none is refused", arguments: [-1, 65_536])
    func invalidPort(port: Int) async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(port: port), handler: echo)
        await #expect(throws: HTTPServerError.self) { try await server.start() }
    }

    @Test("an address that is not this machine's is an error of the system")
    func addressThatIsNotThisMachines() async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: "192.0.2.1"), handler: echo)
        await #expect(throws: HTTPServerError.system(call: "bind", errno: EADDRNOTAVAIL)) { try await server.start() }
    }

    @Test("a port that another listens on is in use, and is had once that one has gone")
    func portThatAnotherListens() async throws {
        let listener = try LoopbackListener()
        let port = Int(listener.port)
        let server = HTTPServer(configuration: HTTPServerConfiguration(port: port), handler: echo)
        await #expect(throws: HTTPServerError.addressInUse(HTTPAddress(host: "127.0.0.1", port: port))) {
            try await server.start()
        }
        listener.close()
        let answer = try await TestServer(server: server, port: try await server.start().port)
            .request("GET /a HTTP/1.1")
        #expect(answer.status == 200)
        await server.stop()
    }

    @Test("connections are dealt to all loops, and a stop waits for each of them")
    func severalLoops() async throws {
        let gate = Latch()
        try await withServer(
            {
                $0.loops = 3
                $0.inlineBodyLimit = 0
            },
            handler: { request in
                let thread = UInt(pthread_self())
                if request.target == "/wait" { await gate.wait() }
                return .text("\(thread)")
            }
        ) { server in
            let clients = try (0..<6).map { _ in try server.connect() }
            var threads: [String] = []
            for client in clients {
                for _ in 0..<3 { try await client.send("GET /a HTTP/1.1") }
                let answers = [try await client.answer(), try await client.answer(), try await client.answer()]
                #expect(Set(answers.map(\.text)).count == 1, "a connection stays on its loop")
                threads.append(answers[0].text)
            }
            #expect(Set(threads).count == 3)
            for client in clients { try await client.send("GET /wait HTTP/1.1") }
            try await server.eventually("all handlers") { $0.runningHandlers == 6 }
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await eventually("nobody listens") { (try? server.connect()) == nil }
            gate.open()
            for client in clients { #expect(try await client.answer().status == 200) }
            await stopping.value
            for client in clients { #expect(try await client.isClosedByServer()) }
            #expect(await server.statistics.openConnections == 0)
            #expect(await server.statistics.servedRequests == 24)
        }
    }

    @Test("a server starts once")
    func serverStartsOnce() async throws {
        try await withServer(handler: echo) { server async throws in
            await #expect(throws: HTTPServerError.notStartable) { try await server.server.start() }
            #expect(try await server.request("GET /a HTTP/1.1").status == 200)
            await server.server.stop()
            await #expect(throws: HTTPServerError.notStartable) { try await server.server.start() }
        }
    }

    @Test(
        "every error says what happened in a sentence",
        arguments: [
            (HTTPServerError.invalidAddress("x"), "x is not an address to listen on."),
            (.addressInUse(HTTPAddress(host: "::1", port: 80)), "[::1]:80 is in use by another process."),
            (.permissionDenied(HTTPAddress(host: "127.0.0.1", port: 80)), "No permission to listen on 127.0.0.1:80."),
            (.system(call: "bind", errno: 99), "bind failed with error 99."),
        ])
    func descriptions(error: HTTPServerError, text: String) {
        #expect("\(error)" == text)
    }
}

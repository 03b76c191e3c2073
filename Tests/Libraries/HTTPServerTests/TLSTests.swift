import EventLoops
import HTTPMessages
import HTTPServer
import Network
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TLSTests {
    private let loop = EventLoop(label: "test.tls")

    @Test("requests are served as without TLS, and say that they came over it")
    func requestsAreServedAsWithoutTLS() async throws {
        try await withTLSServer(handler: { request in
            .text("\(request.connection.isTLS) \(request.remoteAddress.host) \(request.body.count)")
        }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            for size in [0, 1, 100_000, 2 << 20] {
                try await client.send("POST /a HTTP/1.1", body: String(repeating: "x", count: size))
                #expect(try await client.answer().text == "true 127.0.0.1 \(size)")
            }
        }
    }

    @Test("requests that come in one record are answered in their order")
    func requestsThatComeInOneRecord() async throws {
        try await withTLSServer(handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            let requests = (0..<500).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }
            async let sending: Void = client.send(raw: requests.joined())
            for number in 0..<500 {
                try #require(try await client.answer().text == "GET /\(number) ")
            }
            try await sending
        }
    }

    @Test("16 MiB arrive whole") func with16MiBArriveWhole() async throws {
        let body = (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 16) }
        try await withTLSServer(handler: { _ in HTTPResponse(body: .bytes(body)) }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1\nConnection: close")
            _ = try await client.head()
            #expect(try await client.rest() == body)
        }
    }

    @Test("a stream is sent while its producer goes on, and ends when its client goes")
    func streamIsSentWhileItsProducer() async throws {
        let (gate, ended) = (Latch(), Latch())
        try await withTLSServer(handler: { _ in
            .serverSentEvents { writer in
                try await writer.send(HTTPServerSentEvent(data: "a"))
                await gate.wait()
                try await writer.send(HTTPServerSentEvent(data: "b"))
                await Latch().wait()
                ended.open()
            }
        }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            _ = try await client.head()
            #expect(try await client.chunks(until: "a\n\n") == "data: a\n\n")
            gate.open()
            #expect(try await client.chunks(until: "b\n\n") == "data: b\n\n")
            client.close()
            #expect(await ended.wait())
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.openStreams == 0 }
        }
    }

    @Test("a handler is cancelled when its client goes")
    func handlerIsCancelledWhenItsClient() async throws {
        let (entered, cancelled) = (Latch(), Latch())
        try await withTLSServer(handler: { _ in
            entered.open()
            if await !Latch().wait() { cancelled.open() }
            return .text("")
        }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            client.close()
            #expect(await cancelled.wait())
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.runningHandlers == 0 }
        }
    }

    @Test("a client that does not speak TLS is closed, and no handler called")
    func clientThatDoesNotSpeakTLS() async throws {
        try await withTLSServer(handler: echo) { server, _ in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            // TLS may say that it did not understand.
            _ = try? await client.rest()
            client.close()
            try await server.eventually("no connection") { $0.acceptedConnections == 1 && $0.openConnections == 0 }
            #expect(await server.statistics.servedRequests == 0)
        }
    }

    @Test("a client that does not come to its request is closed", arguments: ["", "\u{16}\u{03}\u{01}"])
    func slowHandshake(beginning: String) async throws {
        try await withTLSServer({ $0.timeouts.head = .milliseconds(100) }, handler: echo) { server, _ in
            let client = try server.connect()
            try await client.send(raw: beginning)
            _ = try? await client.rest()
            try await server.eventually("no connection") { $0.acceptedConnections == 1 && $0.openConnections == 0 }
        }
    }

    @Test("a client that does not come to the end of its body gets a 408 and is closed")
    func clientThatDoesNotCome() async throws {
        try await withTLSServer({ $0.timeouts.body = .milliseconds(100) }, handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("POST /a HTTP/1.1\nContent-Length: 5")
            #expect(try await client.answer().status == 408)
            #expect(try await client.isClosedByServer())
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.bufferedBodyBytes == 0 }
        }
    }

    @Test("a connection too many is closed")
    func connectionTooManyIsClosed() async throws {
        try await withTLSServer({ $0.maxConnections = 1 }, handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            await #expect(throws: NetworkError.self) { try await connect(to: server, certificates.authority) }
            #expect(await server.statistics.refusedConnections == 1)
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer().status == 200)
        }
    }

    @Test("chunks without end are cut off")
    func chunksWithoutEndAreCutOff() async throws {
        try await withTLSServer({ $0.maxBodyBytes = 1_000 }, handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            await #expect(throws: NetworkError.self) {
                try await client.send("POST /a HTTP/1.1\nTransfer-Encoding: chunked")
                let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                while true { try await client.send(raw: chunk) }
            }
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.bufferedBodyBytes == 0 }
        }
    }

    @Test("a stop closes idle connections and answers requests under way")
    func stopClosesIdleConnectionsAndAnswers() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withTLSServer(handler: { request in
            if request.target == "/wait" {
                entered.open()
                await gate.wait()
            }
            return await echo(request)
        }) { server, certificates in
            let idle = try await connect(to: server, certificates.authority)
            let busy = try await connect(to: server, certificates.authority)
            try await idle.send("GET /a HTTP/1.1")
            #expect(try await idle.answer().status == 200)
            try await busy.send("GET /wait HTTP/1.1")
            await entered.wait()
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            #expect(try await idle.isClosedByServer())
            gate.open()
            #expect(try await busy.answer().text == "GET /wait ")
            #expect(try await busy.isClosedByServer())
            await stopping.value
        }
    }

    // MARK: Certificates

    /// What is not a pair of certificate and key.
    enum Unfit: CaseIterable, Sendable {
        case noCertificate, noKey, garbage, otherKey, cutCertificate, nul

        func tls(_ certificates: Certificates) throws -> HTTPServerTLS {
            var tls = try certificates.server.tls
            switch self {
            case .noCertificate: tls.certificateChain = []
            case .noKey: tls.privateKey = []
            case .garbage: tls.certificateChain = Array("garbage".utf8)
            case .otherKey: tls.privateKey = try certificates.otherServer.tls.privateKey
            case .cutCertificate: tls.certificateChain.removeLast(100)
            case .nul: tls.certificateChain.append(0)
            }
            return tls
        }
    }

    private static func isInvalidCertificate(_ error: any Error) -> Bool {
        if case .invalidCertificate? = error as? HTTPServerError { true } else { false }
    }

    @Test("what is not a pair of certificate and key does not start", arguments: Unfit.allCases)
    func unfit(unfit: Unfit) async throws {
        var configuration = HTTPServerConfiguration()
        configuration.tls = try unfit.tls(try await Certificates.shared())
        let server = HTTPServer(configuration: configuration, handler: echo)
        await #expect {
            try await server.start()
        } throws: { error in
            Self.isInvalidCertificate(error)
        }
        await server.stop()
    }

    @Test(
        "what is not a pair of certificate and key is not taken later, and changes nothing", arguments: Unfit.allCases)
    func unfitLater(unfit: Unfit) async throws {
        try await withTLSServer(handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            await #expect {
                try await server.server.reloadCertificate(unfit.tls(certificates))
            } throws: { error in
                Self.isInvalidCertificate(error)
            }
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer()["Connection"] == nil)
            _ = try await connect(to: server, certificates.authority)
        }
    }

    @Test("a new certificate is for new connections, and open ones go on with theirs")
    func newCertificateIsForNewConnections() async throws {
        try await withTLSServer(handler: echo) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            await #expect(throws: NetworkError.self) { try await connect(to: server, certificates.otherAuthority) }
            try await server.server.reloadCertificate(certificates.otherServer.tls)
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer()["Connection"] == nil)
            await #expect(throws: NetworkError.self) { try await connect(to: server, certificates.authority) }
            let other = try await connect(to: server, certificates.otherAuthority)
            try await other.send("GET /b HTTP/1.1")
            let answer = try await other.answer()
            #expect(answer.text == "GET /b ")
            #expect(answer["Connection"] == nil)
        }
    }

    @Test("with a new certificate, requests under way are answered and their connections go on")
    func withANewCertificateRequestsUnder() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withTLSServer(handler: { request in
            entered.open()
            await gate.wait()
            return await echo(request)
        }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            try await server.server.reloadCertificate(certificates.otherServer.tls)
            gate.open()
            let answer = try await client.answer()
            #expect(answer.text == "GET /a ")
            #expect(answer["Connection"] == nil)
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer().text == "GET /b ")
        }
    }

    @Test("with a new certificate, a stream goes on to its end")
    func withANewCertificateAStream() async throws {
        let gate = Latch()
        try await withTLSServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream { writer in
                        try await writer.write("a")
                        await gate.wait()
                        try await writer.write("b")
                    }))
        }) { server, certificates in
            let client = try await connect(to: server, certificates.authority)
            try await client.send("GET /a HTTP/1.1")
            _ = try await client.head()
            #expect(try await client.chunks(until: "a") == "a")
            try await server.server.reloadCertificate(certificates.otherServer.tls)
            gate.open()
            #expect(try await client.chunks(until: "b") == "b")
            #expect(try await client.chunk() == nil)
        }
    }

    @Test("certificates that change under load cost no client an answer or its connection")
    func certificatesThatChangeUnderLoadCost() async throws {
        try await withTLSServer(handler: { request in
            await Task.yield()
            return await echo(request)
        }) { server, certificates in
            let (answered, isOver) = (Recorder<String>(), Latch())
            let clients = (0..<6).map { _ in
                Task {
                    while !isOver.isOpen {
                        let client = try await connect(to: server, certificates.bothAuthorities)
                        while !isOver.isOpen {
                            try await client.send("GET /a HTTP/1.1")
                            answered.append(try await client.answer().text)
                        }
                    }
                }
            }
            for number in 0..<20 {
                let count = answered.entries.count
                try await server.eventually("answers") { _ in answered.entries.count > count + 20 }
                try await server.server.reloadCertificate(
                    number.isMultiple(of: 2) ? certificates.otherServer.tls : certificates.server.tls)
            }
            isOver.open()
            for client in clients { await #expect(throws: Never.self) { try await client.value } }
            #expect(Set(answered.entries) == ["GET /a "])
            try await server.eventually("no connection") { $0.openConnections == 0 }
        }
    }

    @Test("a server without TLS takes no certificate, nor one that does not run")
    func serverWithoutTLSTakesNoCertificate() async throws {
        let certificates = try await Certificates.shared()
        let server = HTTPServer(configuration: HTTPServerConfiguration(), handler: echo)
        await #expect(throws: HTTPServerError.notStartable) {
            try await server.reloadCertificate(certificates.server.tls)
        }
        try await server.start()
        await #expect(throws: HTTPServerError.noTLS) { try await server.reloadCertificate(certificates.server.tls) }
        await server.stop()
        await #expect(throws: HTTPServerError.notStartable) {
            try await server.reloadCertificate(certificates.server.tls)
        }
    }

    // MARK: Parts

    private func withTLSServer(
        _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
        _ body: (TestServer, Certificates) async throws -> Void
    ) async throws {
        let certificates = try await Certificates.shared()
        let tls = try certificates.server.tls
        try await withServer(
            {
                $0.tls = tls
                configure(&$0)
            }, handler: handler
        ) { try await body($0, certificates) }
    }

    private func connect(to server: TestServer, _ authority: String) async throws -> Client {
        let endpoint = ByteStream.Endpoint(
            host: "127.0.0.1", port: UInt16(server.port), tls: TLSConfiguration(certificateAuthorityFile: authority))
        return Client(
            TLSWire(stream: try await ByteStream.connect(to: endpoint, timeout: .seconds(20), executor: loop)))
    }
}

/// TLS of the client's side.
private struct TLSWire: Wire {
    let stream: ByteStream

    func read() async throws -> [UInt8]? {
        try await stream.receive(upTo: 64 << 10)
    }

    func write(_ bytes: [UInt8]) async throws {
        try await stream.send(bytes)
    }

    func endOutput() {
        Issue.record("TLS ends both sides")
    }

    func close() {
        // Nobody waits for it.
        _ = Task { await stream.close() }
    }

    func reset() {
        close()
    }

    func isEnd(_ error: any Error) -> Bool {
        (error as? NetworkError)?.code == .disconnected
    }
}

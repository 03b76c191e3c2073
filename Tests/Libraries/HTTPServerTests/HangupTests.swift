import EventLoops
import HTTPServer
import TestSupport
import Testing

/// Clients that go while the server works for them, which the library does not see.
@Suite(.timeLimit(.minutes(5)))
struct HangupTests {
    /// How a client goes.
    enum Departure: CaseIterable, Sendable {
        case closes, resets

        func callAsFunction(_ client: Client) {
            switch self {
            case .closes: client.close()
            case .resets: client.reset()
            }
        }
    }

    @Test("a handler is cancelled when its client goes", arguments: Departure.allCases)
    func duringHandler(departure: Departure) async throws {
        let (entered, cancelled) = (Latch(), Latch())
        try await withServer(handler: { _ in
            entered.open()
            if await !Latch().wait() { cancelled.open() }
            return .text("nobody reads this")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            departure(client)
            #expect(await cancelled.wait())
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.runningHandlers == 0 }
        }
    }

    @Test(
        "a handler is cancelled where its client has gone before the request was read",
        arguments: Departure.allCases)
    func beforeHandler(departure: Departure) async throws {
        let cancelled = Latch()
        try await withServer(handler: { request in
            if request.target == "/wait", await !Latch().wait() { cancelled.open() }
            return .text("")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            // The server finds the request and the end together.
            let (isHeld, gate) = (Latch(), Gate())
            server.server.executor.schedule {
                isHeld.open()
                gate.wait()
            }
            await isHeld.wait()
            try await client.send("GET /wait HTTP/1.1")
            departure(client)
            gate.open()
            if departure == .closes {
                #expect(await cancelled.wait())
            }
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.runningHandlers == 0 }
        }
    }

    @Test("a client that ends its side while the handler works is still answered")
    func clientThatEndsItsSide() async throws {
        let entered = Latch()
        try await withServer(handler: { _ in
            entered.open()
            return .text(await Latch().wait() ? "" : "cancelled")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            client.endOutput()
            #expect(try await client.answer().text == "cancelled")
        }
    }

    @Test("a silent stream is ended when its client goes, without heartbeats", arguments: Departure.allCases)
    func duringSilentStream(departure: Departure) async throws {
        let ended = Latch()
        let outcome = Recorder<HTTPBodyWriteError>()
        try await withServer(handler: { _ in
            stream { writer in
                try await writer.write("a")
                await Latch().wait()
                await outcome.failure { () async throws(HTTPBodyWriteError) in
                    try await writer.write("b")
                }
                ended.open()
            }
        }) { server in
            let client = try await server.openStream()
            #expect(try await client.chunks(until: "a") == "a")
            departure(client)
            await ended.wait()
            try await server.eventually("no stream") { $0.openConnections == 0 && $0.openStreams == 0 }
        }
        #expect(outcome.entries == [.clientGone])
    }

    @Test("a stream that flows is ended when its client goes", arguments: Departure.allCases)
    func duringFlowingStream(departure: Departure) async throws {
        let ended = Latch()
        let outcome = Recorder<HTTPBodyWriteError>()
        try await withServer(handler: { _ in
            stream { writer in
                await outcome.failure { () async throws(HTTPBodyWriteError) in
                    while true { try await writer.write([UInt8](repeating: 65, count: 10_000)) }
                }
                ended.open()
            }
        }) { server in
            let client = try await server.openStream()
            _ = try await client.chunk()
            departure(client)
            await ended.wait()
            try await server.eventually("no stream") { $0.openConnections == 0 && $0.openStreams == 0 }
        }
        #expect(outcome.entries == [.clientGone])
    }

    @Test("a thousand clients that go at once leave nothing behind")
    func thousandClientsThatGoAtOnce() async throws {
        try await withServer(handler: { _ in
            await Latch().wait()
            return .text("")
        }) { server in
            for _ in 0..<10 {
                let clients = try (0..<100).map { _ in try server.connect() }
                for client in clients { try await client.send("POST /a HTTP/1.1", body: "x") }
                try await server.eventually("100 handlers") { $0.runningHandlers == 100 }
                for (number, client) in clients.enumerated() {
                    if number.isMultiple(of: 2) { client.close() } else { client.reset() }
                }
                try await server.eventually("nothing") {
                    $0.openConnections == 0 && $0.runningHandlers == 0 && $0.bufferedBodyBytes == 0
                }
            }
        }
    }
}

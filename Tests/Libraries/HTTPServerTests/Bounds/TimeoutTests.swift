import HTTPMessages
import HTTPServer
import HTTPWire
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TimeoutTests {
    private static let late = "The request did not come in time.\n"

    // MARK: Heads

    @Test("a client that does not send its head gets a 408", arguments: ["", "GET", "GET /a HTTP/1.1\r\nHost: te"])
    func silentHead(beginning: String) async throws {
        try await withServer({ $0.timeouts.head = .milliseconds(100) }, handler: echo) { server in
            let client = try server.connect()
            try await client.send(raw: beginning)
            let answer = try await client.answer()
            #expect(answer.status == 408)
            #expect(answer.text == Self.late)
            #expect(answer["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            client.close()
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(await server.statistics.refusedRequests == 1)
        }
    }

    @Test("a client that sends a head byte by byte has no more time for it")
    func clientThatSendsAHeadByte() async throws {
        try await withServer({ $0.timeouts.head = .milliseconds(150) }, handler: echo) { server in
            let client = try server.connect()
            let dripping = Task {
                try await client.send(raw: "GET /a HTTP/1.1\r\nHost: test\r\nX: ")
                try await client.drip()
            }
            #expect(try await client.answer().status == 408)
            dripping.cancel()
            _ = await dripping.result
        }
    }

    @Test("the second request's head has the same time, from its request line on")
    func secondRequestsHeadHasTheSame() async throws {
        try await withServer({ $0.timeouts.head = .seconds(1) }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            try await client.send(raw: "GET /b HTTP/1.1\r\nHost: te")
            #expect(try await client.answer().status == 408)
        }
    }

    @Test("a connection's time begins when it is accepted, however long the server was silent before")
    func connectionsTimeBegins() async throws {
        let limit = Duration.seconds(2)
        try await withServer({ $0.timeouts.head = limit }, handler: echo) { server in
            let (first, second) = (
                try server.connect(),
                try await {
                    try await server.eventually("a connection") { $0.openConnections == 1 }
                    try await Task.sleep(for: limit * 0.6)
                    return try server.connect()
                }()
            )
            // The first one's time is up, not the second one's.
            #expect(try await first.answer().status == 408)
            try await second.send("GET /a HTTP/1.1")
            #expect(try await second.answer().status == 200)
        }
    }

    // MARK: Bodies

    @Test(
        "a client that does not send its body gets a 408",
        arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
    func silentBody(framing: String) async throws {
        let handled = Recorder<String>()
        try await withServer(
            { $0.timeouts.body = .milliseconds(100) },
            handler: { request in
                handled.append(request.target)
                return .text("")
            }
        ) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1\n\(framing)")
            let answer = try await client.answer()
            #expect(answer.status == 408)
            #expect(answer.text == Self.late)
            #expect(try await client.isClosedByServer())
            client.close()
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.bufferedBodyBytes == 0 }
        }
        #expect(handled.entries.isEmpty)
    }

    @Test("a client that sends a body byte by byte has no more time for it")
    func clientThatSendsABodyByte() async throws {
        try await withServer({ $0.timeouts.body = .milliseconds(150) }, handler: echo) { server in
            let client = try server.connect()
            let dripping = Task {
                try await client.send("POST /a HTTP/1.1\nContent-Length: 100000")
                try await client.drip()
            }
            #expect(try await client.answer().status == 408)
            dripping.cancel()
            _ = await dripping.result
        }
    }

    @Test("clients that send bodies byte by byte do not keep each other's deadlines away")
    func clientsThatSendBodiesByteByByte() async throws {
        try await withServer({ $0.timeouts.body = .milliseconds(150) }, handler: echo) { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        // Their deadlines are nearer to each other than the clock's grain.
                        try await Task.sleep(for: .milliseconds(number * 20))
                        let client = try server.connect()
                        let dripping = Task {
                            try await client.send("POST /a HTTP/1.1\nContent-Length: 100000")
                            try await client.drip()
                        }
                        let status = try await client.answer().status
                        dripping.cancel()
                        _ = await dripping.result
                        return status
                    }
                }
                for try await status in group { #expect(status == 408) }
            }
        }
    }

    // MARK: Handlers

    @Test("a handler that is too slow is cancelled, its client gets a 503, and the connection goes on")
    func handlerThatIsTooSlow() async throws {
        let cancelled = Latch()
        try await withServer(
            { $0.timeouts.handler = .milliseconds(100) },
            handler: { request in
                if request.target != "/slow" { return .text("quick") }
                await Latch().wait()
                cancelled.open()
                return .text("too late")
            }
        ) { server in
            let client = try server.connect()
            try await client.send("GET /slow HTTP/1.1")
            let answer = try await client.answer()
            #expect(answer.status == 503)
            #expect(answer["Retry-After"] == "1")
            #expect(answer.text == "The server could not answer in time.\n")
            await cancelled.wait()
            // On a busy machine a quick one may be too slow as well.
            var tooSlow = 1
            try await eventually("an answer in time") {
                try await client.send("GET /quick HTTP/1.1")
                let answer = try await client.answer()
                if answer.status == 503 { tooSlow += 1 }
                #expect(answer.status == 503 || answer.text == "quick", "not the answer that came too late")
                return answer.status == 200
            }
            #expect(await server.statistics.servedRequests == 1)
            #expect(await server.statistics.refusedRequests == tooSlow)
        }
    }

    // MARK: Idle connections

    @Test("a connection without a next request is closed")
    func connectionWithoutANextRequest() async throws {
        try await withServer({ $0.timeouts.idle = .milliseconds(100) }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            #expect(try await client.isClosedByServer())
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(await server.statistics.refusedRequests == 0)
        }
    }

    @Test("each request begins the idle time anew")
    func eachRequestBeginsTheIdleTime() async throws {
        try await withServer({ $0.timeouts.idle = .seconds(3) }, handler: echo) { server in
            let client = try server.connect()
            // Together more than the idle time.
            for _ in 0..<4 {
                try await client.send("GET /a HTTP/1.1")
                #expect(try await client.answer().status == 200)
                try await Task.sleep(for: .milliseconds(900))
            }
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
        }
    }

    // MARK: Readers

    @Test("a client that does not read its answer is cut off")
    func clientThatDoesNotReadItsAnswer() async throws {
        try await withServer(
            { $0.timeouts.write = .milliseconds(5) },
            handler: { _ in
                HTTPResponse(body: .bytes([UInt8](repeating: 65, count: 16 << 20)))
            }
        ) { server in
            let client = try server.connect(receiveBuffer: 4_096)
            try await client.send("GET /a HTTP/1.1")
            try await server.eventually("no connection") { $0.acceptedConnections == 1 && $0.openConnections == 0 }
            // Keeps the client until here.
            client.close()
        }
    }

    @Test("a client that does not read its stream is cut off, and the producer told")
    func clientThatDoesNotRead() async throws {
        let outcome = Recorder<HTTPBodyWriteError>()
        let ended = Latch()
        try await withServer(
            { $0.timeouts.write = .milliseconds(100) },
            handler: { _ in
                HTTPResponse(
                    body: .stream(
                        HTTPBodyStream { writer in
                            defer { ended.open() }
                            await outcome.failure { () async throws(HTTPBodyWriteError) in
                                while true { try await writer.write([UInt8](repeating: 65, count: 65_536)) }
                            }
                        }))
            }
        ) { server in
            let client = try server.connect(receiveBuffer: 4_096)
            try await client.send("GET /a HTTP/1.1")
            await ended.wait()
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.openStreams == 0 }
            client.close()
        }
        #expect(outcome.entries == [.clientGone])
    }

    // MARK: Notes

    @Test("a handler whose time is over is answered for by the note that it has left")
    func noteOfALateHandler() async throws {
        let gate = Latch()
        try await withServer(
            {
                $0.timeouts.handler = .seconds(1)
                $0.inlineBodyLimit = 0
                $0.lateAnswer = { .text("late: \($0)", status: .serviceUnavailable) }
            },
            handler: { request in
                if request.target != "/none" { request.leave(note: request.target) }
                if request.target != "/quick" { await gate.wait() }
                return .text("in time")
            }
        ) { server in
            let client = try server.connect()
            for (target, text) in [
                ("/quick", "in time"), ("/none", "The server could not answer in time.\n"), ("/a", "late: /a"),
                ("/none", "The server could not answer in time.\n"), ("/b", "late: /b"),
            ] {
                try await client.send("GET \(target) HTTP/1.1")
                let answer = try await client.answer()
                #expect(answer.text == text)
                #expect(answer.status == (target == "/quick" ? 200 : 503))
            }
            #expect(await server.statistics.refusedRequests == 4)
            gate.open()
        }
    }

    @Test("a handler that leaves its note when its time is over is told so, and its next request has a note of its own")
    func noteThatComesTooLate() async throws {
        let (gate, kept) = (Latch(), Recorder<Bool>())
        try await withServer(
            {
                $0.timeouts.handler = .milliseconds(100)
                $0.lateAnswer = { _ in .text("late") }
            },
            handler: { request in
                if request.target == "/late" {
                    while !gate.isOpen { try? await Task.sleep(for: .milliseconds(10)) }
                }
                kept.append(request.leave(note: request.target))
                return .text("in time")
            }
        ) { server in
            let client = try server.connect()
            try await client.send("GET /late HTTP/1.1")
            #expect(try await client.answer().text == "The server could not answer in time.\n")
            gate.open()
            try await eventually("the handler's note") { kept.count == 1 }
            #expect(kept.entries == [false])
            try await server.eventually("no handler") { $0.runningHandlers == 0 }
            try await client.send("GET /b HTTP/1.1")
            let answer = try await client.answer()
            if answer.status == 200 { #expect(kept.entries == [false, true]) }
        }
    }

    // MARK: No end

    @Test("times without end are not times", arguments: [Duration.seconds(Int64.max), .seconds(3_000_000_000)])
    func endless(time: Duration) async throws {
        try await withServer(
            {
                $0.timeouts.head = time
                $0.timeouts.body = time
                $0.timeouts.handler = time
                $0.timeouts.write = time
                $0.timeouts.idle = time
            },
            handler: { request in
                HTTPResponse(body: .bytes([UInt8](repeating: 65, count: Int(request.query["size"] ?? "") ?? 0)))
            }
        ) { server in
            let client = try server.connect()
            for blocks in [0, 1, 5, 6, 12, 13, 100] {
                try await client.send("POST /?size=\(blocks << 16) HTTP/1.1", body: "x")
                #expect(try await client.answer().body.count == blocks << 16)
            }
        }
    }
}

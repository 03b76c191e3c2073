import HTTPMessages
import HTTPServer
import HTTPWire
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LimitTests {
    // MARK: Heads

    @Test("a head of just as many bytes as may be is taken, one more is a 431")
    func headOfJustAsManyBytes() async throws {
        try await withServer({ $0.maxHeaderBytes = 512 }, handler: echo) { server in
            let frame = "GET /a HTTP/1.1\r\nHost: test\r\nX: \r\n\r\n".utf8.count
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1\nX: " + String(repeating: "x", count: 512 - frame))
            // `send` puts the host behind the other fields: the length is the same.
            #expect(try await client.answer().status == 200)
            try await client.send("GET /a HTTP/1.1\nX: " + String(repeating: "x", count: 513 - frame))
            let answer = try await client.answer()
            #expect(answer.status == 431)
            #expect(answer.text == "The header is larger than 512 bytes.\n")
            #expect(try await client.isClosedByServer())
        }
    }

    @Test("a head far above the bound is refused, too", arguments: [("field", 431), ("target", 414)])
    func farAbove(part: String, status: Int) async throws {
        try await withServer({ $0.maxHeaderBytes = 2_048 }, handler: echo) { server in
            let much = String(repeating: "x", count: 100_000)
            let client = try server.connect()
            try? await client.send(part == "field" ? "GET /a HTTP/1.1\nX: \(much)" : "GET /\(much) HTTP/1.1")
            #expect(try await client.head().status == status)
        }
    }

    @Test("a head of as many bytes as may be can have 32 fields")
    func headOfAsManyBytes() async throws {
        try await withServer(handler: { .text("\($0.headers.count)") }) { server in
            let fields = (0..<31).map { "X\($0): " + String(repeating: "x", count: 250) }.joined(separator: "\n")
            let answer = try await server.request("GET /a HTTP/1.1\n" + fields)
            #expect(answer.text == "32")
        }
    }

    @Test("a request that was handled is answered, however many fields it has", arguments: [512, 1_024, 8_192])
    func manyFields(bound: Int) async throws {
        let handled = Recorder<Int>()
        let answered = Recorder<Int>()
        try await withServer(
            {
                $0.maxHeaderBytes = bound
                $0.maxHeaderFields = 40
            },
            handler: { request in
                handled.append(request.headers.count)
                return HTTPResponse(headers: ["X": String(repeating: "x", count: 1_700)])
            }
        ) { server in
            var refusals = 0
            for width in [0, 20, 60] {
                for count in 1..<180 {
                    let fields = (0..<count).map { "X\($0): \(String(repeating: "x", count: width))" }
                    let answer = try? await server.request("GET /a HTTP/1.1\n" + fields.joined(separator: "\n"))
                    if answer?.status == 200 { answered.append(count + 1) }
                    if answer?.text == "The header has more than 40 fields.\n" { refusals += 1 }
                }
            }
            #expect(refusals > 0)
        }
        #expect(handled.entries == answered.entries)
    }

    @Test(
        "requests sent at once leave room for each other's answers, however large their heads are",
        arguments: [(1, 1), (1, 3_000), (1, 7_900), (31, 250), (60, 60)])
    func largePipelinedHeads(fields: Int, width: Int) async throws {
        try await withServer(handler: { request in
            HTTPResponse(headers: ["X": String(repeating: "x", count: 1_700)], body: .bytes(request.body))
        }) { server in
            let lines = (0..<fields).map { "X\($0): \(String(repeating: "y", count: width))\r\n" }.joined()
            let request = "POST /a HTTP/1.1\r\nHost: test\r\n\(lines)Content-Length: 5\r\n\r\nhello"
            let client = try server.connect()
            async let sending: Void = client.send(raw: String(repeating: request, count: 40))
            for _ in 0..<40 {
                try #require(try await client.answer().text == "hello")
            }
            try await sending
        }
    }

    // MARK: Bodies

    @Test("a body of just as many bytes as may be is taken, one that announces more is refused at its head")
    func bodyOfJustAsManyBytes() async throws {
        try await withServer({ $0.maxBodyBytes = 5 }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1", body: "12345")
            #expect(try await client.answer().text == "POST /a 12345")
            // Only the head: the answer does not wait for the body, which is not asked for either.
            try await client.send("POST /a HTTP/1.1\nExpect: 100-continue\nContent-Length: 6")
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer.text == "The body is larger than 5 bytes.\n")
            #expect(try await client.isClosedByServer())
        }
    }

    @Test("chunks that are too many together are refused, and the connection goes on")
    func chunksThatAreTooManyTogether() async throws {
        try await withServer({ $0.maxBodyBytes = 5 }, handler: echo) { server in
            let client = try server.connect()
            let head = "POST /a HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
            try await client.send(raw: head + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
            #expect(try await client.answer().status == 413)
            try await client.send(raw: head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            #expect(try await client.answer().text == "POST /a abcde")
            #expect(await server.statistics.bufferedBodyBytes == 0)
        }
    }

    @Test("a bound of its own goes by method and decoded path")
    func boundOfItsOwnGoes() async throws {
        try await withServer(
            {
                $0.maxBodyBytes = 1_000
                $0.bodyLimit = { method, path in method == .post && path == "/a b" ? 3 : 10 }
            }, handler: echo
        ) { server in
            let small = try await server.request("POST /a%20b?c HTTP/1.1", body: "abc")
            let large = try await server.request("POST /a%20b?c HTTP/1.1", body: "abcd")
            let other = try await server.request("PUT /a%20b HTTP/1.1", body: "0123456789")
            let largeOther = try await server.request("POST /a HTTP/1.1", body: "0123456789a")
            #expect([small, large, other, largeOther].map(\.status) == [200, 413, 200, 413])
        }
    }

    @Test("a client that still sends a body that is too large by its length gets the 413")
    func clientThatStillSendsABody() async throws {
        try await withServer({ $0.maxBodyBytes = 1_000 }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1\nContent-Length: 700000")
            // More than the sockets' buffers would have to hold if nobody read, so that a close would be a reset.
            try await client.send(raw: String(repeating: "x", count: 700_000))
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(await server.statistics.refusedRequests == 1)
        }
    }

    @Test("a client that still sends chunks without end gets the 413 and is cut off")
    func clientThatStillSendsChunks() async throws {
        try await withServer({ $0.maxBodyBytes = 1_000 }, handler: echo) { server in
            let client = try server.connect()
            let sending = Task {
                try await client.send("POST /a HTTP/1.1\nTransfer-Encoding: chunked")
                let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                while true { try await client.send(raw: chunk) }
            }
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer["Connection"] == "close")
            // Ends with an error only once the server has closed.
            await #expect(throws: (any Error).self) { try await sending.value }
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.bufferedBodyBytes == 0 }
            #expect(await server.statistics.refusedRequests == 1)
        }
    }

    @Test("HEAD is refused without a body")
    func headIsRefusedWithoutABody() async throws {
        try await withServer({ $0.maxBodyBytes = 1 }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("HEAD /a HTTP/1.1\nContent-Length: 9")
            let answer = try await client.answer(toHEAD: true)
            #expect(answer.status == 413)
            #expect(try await client.isClosedByServer())
        }
    }

    // MARK: The whole server

    @Test("bodies in memory have a bound over all connections")
    func bodiesInMemoryHaveABound() async throws {
        try await withServer({ $0.maxBufferedBodyBytes = 1_000 }, handler: echo) { server in
            let first = try server.connect()
            try await first.send("POST /a HTTP/1.1\nContent-Length: 900")
            try await first.send(raw: String(repeating: "x", count: 899))
            try await server.eventually("899 bytes held") { $0.bufferedBodyBytes == 899 }
            let second = try server.connect()
            let body = String(repeating: "y", count: 102)
            try await second.send("POST /a HTTP/1.1", body: body)
            let refused = try await second.answer()
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            try await first.send(raw: "x")
            #expect(try await first.answer().status == 200)
            try await second.send("POST /a HTTP/1.1", body: body)
            #expect(try await second.answer().status == 200, "the connection goes on, and the room is free again")
            #expect(await server.statistics.bufferedBodyBytes == 0)
        }
    }

    @Test("a body whose client has gone makes room")
    func bodyWhoseClientHasGoneMakes() async throws {
        try await withServer({ $0.maxBufferedBodyBytes = 1_000 }, handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1\nContent-Length: 900")
            try await client.send(raw: String(repeating: "x", count: 899))
            try await server.eventually("899 bytes held") { $0.bufferedBodyBytes == 899 }
            client.reset()
            try await server.eventually("nothing held") { $0.bufferedBodyBytes == 0 && $0.openConnections == 0 }
        }
    }

    @Test("a body whose client has gone counts until its handler returns")
    func bodyOfAHandlerWhoseClientHasGone() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withServer(handler: { request in
            entered.open()
            // Does not heed its cancellation.
            _ = await Task { await gate.wait() }.value
            return await echo(request)
        }) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1", body: "12345")
            await entered.wait()
            client.reset()
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(await server.statistics.bufferedBodyBytes == 5)
            gate.open()
            try await server.eventually("nothing held") { $0.bufferedBodyBytes == 0 && $0.runningHandlers == 0 }
        }
    }

    @Test("handlers under way have a bound")
    func handlersUnderWayHaveABound() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withServer(
            { $0.maxConcurrentHandlers = 1 },
            handler: { request in
                if request.target == "/wait" {
                    entered.open()
                    await gate.wait()
                }
                return .text("done")
            }
        ) { server in
            let first = try server.connect()
            try await first.send("GET /wait HTTP/1.1")
            await entered.wait()
            let second = try server.connect()
            try await second.send("GET /a HTTP/1.1")
            let refused = try await second.answer()
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            gate.open()
            #expect(try await first.answer().text == "done")
            try await second.send("GET /a HTTP/1.1")
            #expect(try await second.answer().text == "done")
        }
    }

    @Test("a handler that was given up counts until it returns")
    func handlerThatWasGivenUpCounts() async throws {
        let gate = Latch()
        try await withServer(
            {
                $0.maxConcurrentHandlers = 1
                $0.timeouts.handler = .milliseconds(50)
            },
            handler: { request in
                // Does not heed its cancellation.
                if request.target == "/wait" { _ = await Task { await gate.wait() }.value }
                return .text("done")
            }
        ) { server in
            let given = try await server.request("GET /wait HTTP/1.1")
            #expect(given.status == 503)
            #expect(given.text == "The server could not answer in time.\n")
            let refused = try await server.request("GET /a HTTP/1.1")
            #expect(refused.text == "The server has as many requests under way as it may.\n")
            #expect(await server.statistics.runningHandlers == 1)
            gate.open()
            try await server.eventually("no handler") { $0.runningHandlers == 0 }
            // On a busy machine the limit may be too short for any handler.
            try await eventually("an answer") { try await server.request("GET /a HTTP/1.1").text == "done" }
        }
    }

    // MARK: Connections

    @Test("a connection too many is answered 503 and closed, and there is room again when one has gone")
    func connectionTooManyIsAnswered503() async throws {
        try await withServer({ $0.maxConnections = 2 }, handler: echo) { server in
            let clients = [try server.connect(), try server.connect()]
            for client in clients {
                try await client.send("GET /a HTTP/1.1")
                #expect(try await client.answer().status == 200)
            }
            // Is told without having asked.
            let third = try server.connect()
            let answer = try await third.answer()
            #expect(answer.status == 503)
            #expect(answer["Retry-After"] == "1")
            #expect(answer["Connection"] == "close")
            #expect(answer.text == "The server has too many connections.\n")
            #expect(try await third.isClosedByServer())
            #expect(await server.statistics.refusedConnections == 1)
            clients[0].close()
            try await server.eventually("one connection") { $0.openConnections == 1 }
            #expect(try await server.request("GET /b HTTP/1.1").status == 200)
            #expect(await server.statistics.acceptedConnections == 3)
        }
    }

    @Test("a refused client that has sent a request gets the 503, not a reset")
    func refusedClientThatHasSent() async throws {
        try await withServer({ $0.maxConnections = 1 }, handler: echo) { server in
            let first = try server.connect()
            try await first.send("GET /a HTTP/1.1")
            #expect(try await first.answer().status == 200)
            for _ in 0..<20 {
                let answer = try await server.request("POST /a HTTP/1.1", body: String(repeating: "x", count: 10_000))
                #expect(answer.status == 503)
            }
        }
    }

    @Test("refused clients that stay do not keep the server from refusing more")
    func refusedClientsThatStay() async throws {
        try await withServer({ $0.maxConnections = 1 }, handler: echo) { server in
            let first = try server.connect()
            try await first.send("GET /a HTTP/1.1")
            #expect(try await first.answer().status == 200)
            var others: [Client] = []
            for _ in 0..<200 {
                let client = try server.connect()
                #expect(try await client.answer().status == 503)
                others.append(client)
            }
            #expect(await server.statistics.refusedConnections == 200)
            try await first.send("GET /b HTTP/1.1")
            #expect(try await first.answer().text == "GET /b ")
            withExtendedLifetime(others) {}
        }
    }

    @Test("an address too busy is answered 429, another address is served")
    func addressTooBusyIsAnswered429() async throws {
        try await withServer({ $0.maxConnectionsPerAddress = 1 }, handler: { .text($0.remoteAddress.host) }) { server in
            let first = try server.connect()
            try await first.send("GET /a HTTP/1.1")
            #expect(try await first.answer().text == "127.0.0.1")
            let second = try server.connect()
            #expect(try await second.answer().status == 429)
            #expect(try await server.request("GET /a HTTP/1.1", from: "127.0.0.2").text == "127.0.0.2")
            first.close()
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(try await server.request("GET /a HTTP/1.1").text == "127.0.0.1")
        }
    }

    @Test("answers that clients do not take have a bound over all connections, and what posts do is told nevertheless")
    func unreadAnswersHaveABound() async throws {
        let size = 8 << 20
        try await withServer(
            { $0.maxBufferedAnswerBytes = 12 << 20 },
            handler: { request in
                request.target == "/small"
                    ? .text("small") : HTTPResponse(body: .bytes([UInt8](repeating: 65, count: size)))
            }
        ) { server in
            let first = try server.connect(receiveBuffer: 4_096)
            try await first.send("GET /a HTTP/1.1")
            try await server.eventually("an answer that waits") { $0.bufferedAnswerBytes > 4 << 20 }
            let refused = try await server.request("GET /a HTTP/1.1")
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] != nil)
            #expect(refused.text == "The server holds as many answers as it may that clients do not take.\n")
            #expect(try await server.request("GET /small HTTP/1.1").text == "small")
            #expect(try await server.request("POST /a HTTP/1.1", body: "x").body.count == size)
            first.close()
            try await server.eventually("nothing that waits") { $0.bufferedAnswerBytes == 0 }
            #expect(try await server.request("GET /a HTTP/1.1").body.count == size)
        }
    }

    @Test("a stream that its client does not take counts with its buffer, one that waits for its producer does not")
    func streamsHaveABound() async throws {
        let gate = Latch()
        try await withServer(
            { $0.maxBufferedAnswerBytes = 100_000 },
            handler: { request in
                stream { writer in
                    try await writer.write("x")
                    while request.target == "/much" {
                        try await writer.write([UInt8](repeating: 65, count: 65_536))
                    }
                    await gate.wait()
                }
            }
        ) { server in
            let idle = try await server.openStream()
            #expect(try await idle.chunk()?.count == 1)
            let unread = try server.connect(receiveBuffer: 4_096)
            try await unread.send("GET /much HTTP/1.1")
            try await server.eventually("a stream that waits") { $0.bufferedAnswerBytes > 65_536 }
            #expect(try await server.request("GET /a HTTP/1.1").status == 503)
            unread.close()
            try await server.eventually("nothing that waits") { $0.openStreams == 1 && $0.bufferedAnswerBytes == 0 }
            let next = try await server.openStream()
            #expect(try await next.chunk()?.count == 1)
            gate.open()
        }
    }

    @Test("what clients send ahead has the same bound as bodies")
    func pipelinedBytesHaveABound() async throws {
        let gate = Latch()
        try await withServer(
            { $0.maxBufferedBodyBytes = 10_000 },
            handler: { request in
                if request.target == "/wait" { await gate.wait() }
                return await echo(request)
            }
        ) { server in
            let request = "GET /wait HTTP/1.1\r\nHost: test\r\n\r\n"
            let ahead = "GET /b HTTP/1.1\r\nHost: test\r\nX: \(String(repeating: "x", count: 6_000))\r\n\r\n"
            let (first, second) = (try server.connect(), try server.connect())
            try await first.send(raw: request + ahead)
            try await server.eventually("bytes ahead") { $0.bufferedBodyBytes == ahead.utf8.count }
            try await second.send(raw: request + ahead)
            try await server.eventually("two handlers") { $0.runningHandlers == 2 }
            #expect(await server.statistics.bufferedBodyBytes == ahead.utf8.count)
            gate.open()
            #expect(try await first.answer().text == "GET /wait ")
            #expect(try await first.answer().text == "GET /b ")
            let last = try await second.answer()
            #expect(last.text == "GET /wait ")
            #expect(last["Connection"] == "close")
            #expect(try await second.isClosedByServer())
            #expect(await server.statistics.bufferedBodyBytes == 0)
        }
    }

    // MARK: How refusals look

    @Test("what the server answers by itself is rendered by the application")
    func whatTheServerAnswersByItself() async throws {
        let gate = Latch()
        try await withServer(
            {
                $0.maxConnections = 2
                $0.maxHeaderBytes = 1_024
                $0.maxBodyBytes = 10
                $0.timeouts.body = .milliseconds(50)
                $0.timeouts.handler = .milliseconds(50)
                $0.refusal = { refusal in
                    HTTPResponse(
                        status: refusal.status, headers: ["Content-Type": "application/problem+json"],
                        body: .bytes(Array("\(refusal.reason)".utf8)))
                }
            },
            handler: { _ in
                await gate.wait()
                return .text("done")
            }
        ) { server in
            let malformed = try await server.request("GET /%4 HTTP/1.1")
            let head = try await server.request("GET /a HTTP/1.1\nX: " + String(repeating: "x", count: 1_024))
            let body = try await server.request("POST /a HTTP/1.1\nContent-Length: 11")
            let late = try await server.request("POST /a HTTP/1.1\nContent-Length: 1")
            let handler = try await server.request("GET /a HTTP/1.1")
            try await server.eventually("no connection") { $0.openConnections == 0 }
            let clients = try (0..<3).map { _ in try server.connect() }
            let many = try await clients[2].answer()
            let answers = [malformed, head, body, late, handler, many]
            #expect(answers.map(\.status) == [400, 431, 413, 408, 503, 503])
            #expect(
                answers.map(\.text) == [
                    "malformedRequest", "headTooLarge(limit: 1024)", "bodyTooLarge(limit: 10)", "requestTimeout",
                    "handlerTimeout", "tooManyConnections",
                ])
            #expect(answers.allSatisfy { $0["Content-Type"] == "application/problem+json" })
            withExtendedLifetime(clients) {}
        }
    }
}

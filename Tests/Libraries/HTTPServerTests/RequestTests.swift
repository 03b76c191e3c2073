import EventLoops
import HTTPMessages
import HTTPServer
import HTTPWire
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RequestTests {
    @Test("a request reaches the handler as it was sent")
    func requestReachesTheHandler() async throws {
        let requests = Recorder<HTTPRequest>()
        try await withServer(handler: { request in
            requests.append(request)
            return .text("seen")
        }) { server in
            let answer = try await server.request(
                "POST /users/7/a%2Fb%20c?limit=5&q=x+y%21&limit=6&flag HTTP/1.1\nX-One: 1\nx-two:  2 \nX-one: \u{e9}",
                body: "hello")
            #expect(answer.status == 200)
            #expect(answer.text == "seen")
        }
        let request = try #require(requests.entries.first)
        #expect(requests.entries.count == 1)
        #expect(request.method == .post)
        #expect(request.target == "/users/7/a%2Fb%20c?limit=5&q=x+y%21&limit=6&flag")
        #expect(request.path == "/users/7/a/b c")
        #expect(request.pathSegments == ["users", "7", "a/b c"])
        #expect(
            request.query
                == HTTPQuery([
                    .init(name: "limit", value: "5"), .init(name: "q", value: "x y!"), .init(name: "limit", value: "6"),
                    .init(name: "flag", value: ""),
                ]))
        #expect(
            request.headers == [
                "X-One": "1", "x-two": "2", "X-one": "\u{e9}", "Host": "test", "Content-Length": "5",
            ])
        #expect(request.body == Array("hello".utf8))
        #expect(request.remoteAddress.host == "127.0.0.1")
        #expect(request.remoteAddress.port > 0)
        #expect(!request.connection.isTLS)
    }

    @Test("chunks are joined, their extensions and trailers dropped")
    func chunksAreJoinedTheirExtensions() async throws {
        let requests = Recorder<HTTPRequest>()
        try await withServer(handler: { request in
            requests.append(request)
            return await echo(request)
        }) { server in
            let client = try server.connect()
            try await client.send(
                raw: "POST /a HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: Chunked\r\n\r\n"
                    + "5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\nGET /b HTTP/1.1\r\nHost: test\r\n\r\n"
            )
            #expect(try await client.answer().text == "POST /a hello world")
            #expect(try await client.answer().text == "GET /b ")
        }
        #expect(requests.entries.map { $0.headers.contains("X-Trailer") } == [false, false])
    }

    @Test("a request that comes a byte at a time is whole when the handler gets it")
    func requestThatComesAByte() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            for byte in "POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" {
                try await client.send(raw: String(byte))
            }
            #expect(try await client.answer().text == "POST /a hello")
        }
    }

    @Test("any token is a method")
    func anyTokenIsAMethod() async throws {
        try await withServer(handler: echo) { server async throws in
            #expect(try await server.request("PROPFIND /a HTTP/1.1").text == "PROPFIND /a ")
            #expect(try await server.request("get /a HTTP/1.1").text == "get /a ")
        }
    }

    @Test("a target may be absolute, and an asterisk with OPTIONS")
    func targetMayBeAbsolute() async throws {
        try await withServer(handler: { .text("\($0.path) \($0.query["q"] ?? "-")") }) { server async throws in
            #expect(try await server.request("GET http://other/a/b?q=1 HTTP/1.1").text == "/a/b 1")
            #expect(try await server.request("GET http://other HTTP/1.1").text == "/ -")
            #expect(try await server.request("OPTIONS * HTTP/1.1").text == "* -")
        }
    }

    @Test("the requests of a connection have its number, those of another have another")
    func requestsOfAConnection() async throws {
        try await withServer(handler: { .text("\($0.connection.id)") }) { server in
            let (first, second) = (try server.connect(), try server.connect())
            var numbers: [[String]] = []
            for client in [first, second] {
                var numbersOfClient: [String] = []
                for _ in 0..<3 {
                    try await client.send("GET / HTTP/1.1")
                    numbersOfClient.append(try await client.answer().text)
                }
                numbers.append(numbersOfClient)
            }
            #expect(numbers.map { Set($0).count } == [1, 1])
            #expect(numbers[0] != numbers[1])
        }
    }

    @Test("2,000 requests sent at once are answered in their order") func with2000RequestsSentAtOnce() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            let count = 2_000
            let requests = (0..<count).map { "POST /\($0) HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab" }
            async let sending: Void = client.send(raw: requests.joined())
            for number in 0..<count {
                let answer = try await client.answer()
                try #require(answer.text == "POST /\(number) ab")
            }
            try await sending
            #expect(await server.statistics.acceptedConnections == 1)
        }
    }

    @Test("empty lines before a request are passed over")
    func emptyLinesBeforeARequest() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send(raw: "\r\n\r\nGET /a HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(try await client.answer().text == "GET /a ")
        }
    }

    @Test(
        "the connection ends after the answer where the client's version or field says so",
        arguments: [
            ("HTTP/1.1", "Connection: close", true), ("HTTP/1.1", "Connection: Close, x", true),
            ("HTTP/1.1", "X: 1", false), ("HTTP/1.0", "X: 1", true), ("HTTP/1.0", "Connection: keep-alive", false),
        ])
    func persistence(version: String, field: String, closes: Bool) async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send("GET /a \(version)\n\(field)")
            #expect(try await client.answer().text == "GET /a ")
            if closes {
                #expect(try await client.isClosedByServer())
            } else {
                try await client.send("GET /b \(version)\n\(field)")
                #expect(try await client.answer().text == "GET /b ")
            }
        }
    }

    @Test("HTTP/1.0 needs no Host")
    func http10NeedsNoHost() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send(raw: "GET /a HTTP/1.0\r\n\r\n")
            #expect(try await client.answer().text == "GET /a ")
        }
    }

    @Test("a client that waits for leave to send its body gets it")
    func clientThatWaitsForLeave() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1\nExpect: 100-continue\nContent-Length: 5")
            #expect(try await client.answer().status == 100)
            try await client.send(raw: "hello")
            #expect(try await client.answer().text == "POST /a hello")
        }
    }

    @Test("a client that has ended its side is answered")
    func clientThatHasEndedItsSide() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1", body: "hello")
            client.endOutput()
            #expect(try await client.answer().text == "POST /a hello")
            #expect(try await client.isClosedByServer())
        }
    }

    @Test("a request that its client did not finish reaches no handler")
    func requestThatItsClientDid() async throws {
        let requests = Recorder<String>()
        try await withServer(handler: { request in
            requests.append(request.target)
            return .text("")
        }) { server in
            let head = "POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n"
            // Whether the end comes with the bytes before it or after them is chance.
            for _ in 0..<50 {
                for beginning in ["POST", head, head + "\r\nhell"] {
                    let client = try server.connect()
                    try await client.send(raw: beginning)
                    client.endOutput()
                    _ = try await client.isClosedByServer()
                }
            }
            try await server.eventually("no connection") { $0.openConnections == 0 && $0.bufferedBodyBytes == 0 }
        }
        #expect(requests.entries.isEmpty)
    }

    @Test("small bodies are handled on the server's loop where the configuration says so, larger ones are not")
    func smallBodiesAreHandled() async throws {
        let loop = EventLoop(label: "test.http")
        var configuration = HTTPServerConfiguration()
        configuration.inlineBodyLimit = 5
        let server = HTTPServer(configuration: configuration, executor: loop) { _ in
            .text(loop.isCurrent ? "loop" : "pool")
        }
        let test = TestServer(server: server, port: try await server.start().port)
        #expect(try await test.request("POST / HTTP/1.1", body: "12345").text == "loop")
        #expect(try await test.request("POST / HTTP/1.1", body: "123456").text == "pool")
        await server.stop()
    }

    @Test("handlers run on Swift's pool by default")
    func handlersRunOnSwiftsPool() async throws {
        let loop = EventLoop(label: "test.http")
        let server = HTTPServer(configuration: HTTPServerConfiguration(), executor: loop) { _ in
            .text(loop.isCurrent ? "loop" : "pool")
        }
        let test = TestServer(server: server, port: try await server.start().port)
        #expect(try await test.request("GET / HTTP/1.1").text == "pool")
        await server.stop()
    }

    @Test("the counts tell what was served and is open")
    func countsTellWhatWasServed() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withServer(handler: { request in
            if request.target == "/wait" {
                entered.open()
                await gate.wait()
            }
            return await echo(request)
        }) { server in
            let (first, second) = (try server.connect(), try server.connect())
            try await first.send("GET /a HTTP/1.1")
            _ = try await first.answer()
            try await second.send("GET /wait HTTP/1.1")
            await entered.wait()
            var counts = await server.statistics
            #expect(counts.openConnections == 2)
            #expect(counts.acceptedConnections == 2)
            #expect(counts.servedRequests == 1)
            #expect(counts.runningHandlers == 1)
            gate.open()
            _ = try await second.answer()
            first.close()
            second.close()
            try await server.eventually("no connection") { $0.openConnections == 0 }
            counts = await server.statistics
            #expect(counts.acceptedConnections == 2)
            #expect(counts.servedRequests == 2)
            #expect(counts.refusedRequests == 0)
            #expect(counts.runningHandlers == 0)
        }
    }
}

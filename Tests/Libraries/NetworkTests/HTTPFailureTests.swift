import Glibc
import HTTPMessages
import Network
import TestSupport
import Testing

@Suite("An HTTP client whose server misbehaves")
struct HTTPFailureTests {
    @Test("a connection is used again while it lives")
    func keptConnection() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            let server = try await fixture.listener.accept()
            for _ in 0..<3 {
                #expect(try await server.request() != nil)
                try await server.answer(Self.empty)
            }
        }
        for _ in 0..<3 { _ = try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20)) }
        try await serving.value
    }

    @Test("a kept connection that has died is replaced")
    func deadConnection() async throws {
        let fixture = try HTTPFixture()
        try await fixture.send { server in
            _ = try await server.request()
            try await server.answer(Self.empty)
            server.close()
        }
        let response = try await fixture.send { server in
            _ = try await server.request()
            try await server.answer(Self.empty)
        }
        #expect(response.status == 200)
    }

    @Test("a kept connection that dies on the request: an idempotent one is sent again")
    func dyingConnection() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            let first = try await fixture.listener.accept()
            _ = try await first.request()
            try await first.answer(Self.empty)
            #expect(try await first.request()?.line == "PUT / HTTP/1.1")
            first.close()
            let second = try await fixture.listener.accept()
            #expect(try await second.request()?.body == [1, 2, 3])
            try await second.answer(Self.empty)
        }
        _ = try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20))
        let put = HTTPClientRequest(method: "PUT", url: fixture.url, body: [1, 2, 3])
        #expect(try await fixture.client.send(put, timeout: .seconds(20)).status == 200)
        try await serving.value
    }

    @Test("a connection that breaks before the answer: an idempotent request is sent once more, and then no more")
    func brokenTwice() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            var count = 0
            // A third would not be answered either: the client has to give up by itself.
            while let server = try? await fixture.listener.accept(), let request = try? await server.request() {
                #expect(request.line == "GET / HTTP/1.1")
                count += 1
                server.close()
            }
            return count
        }
        let error = await #expect(throws: NetworkError.self) {
            try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20))
        }
        #expect(error?.code == .disconnected)
        fixture.listener.close()
        #expect(await serving.value == 2)
    }

    @Test("what is not idempotent is sent once, on a connection of its own", arguments: [true, false])
    func sentOnce(isReset: Bool) async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            let kept = try await fixture.listener.accept()
            _ = try await kept.request()
            try await kept.answer(Self.empty)
            var requests: [String] = []
            while let server = try? await fixture.listener.accept(), let request = try? await server.request() {
                requests.append(request.line)
                isReset ? server.reset() : server.close()
            }
            // Had it gone over the kept connection, the server would have to guess whether it was meant.
            #expect(try await kept.request() == nil)
            return requests
        }
        // In a scope, since the kept connection ends with the client.
        do {
            let client = HTTPClient()
            _ = try await client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20))
            let post = HTTPClientRequest(method: "POST", url: fixture.url, body: [1])
            let error = await #expect(throws: NetworkError.self) { try await client.send(post, timeout: .seconds(20)) }
            #expect(error?.code == .disconnected)
        }
        fixture.listener.close()
        #expect(try await serving.value == ["POST / HTTP/1.1"])
    }

    @Test("a POST that is declared idempotent is sent again")
    func declaredIdempotent() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            for isAnswered in [false, true] {
                let server = try await fixture.listener.accept()
                #expect(try await server.request()?.body == [1])
                if isAnswered { try await server.answer(Self.empty) }
            }
        }
        let search = HTTPClientRequest(method: "POST", url: fixture.url, body: [1], isIdempotent: true)
        #expect(try await fixture.client.send(search, timeout: .seconds(20)).status == 200)
        try await serving.value
    }

    @Test("a body without end is cut off at the bound")
    func endlessBody() async throws {
        let fixture = try HTTPFixture { $0.largestBody = 100_000 }
        let error = await fixture.failure { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 200 OK\r\n\r\n")
            await server.flood(String(repeating: "x", count: 60_000))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test("a body of just the bound is taken, a byte more is not", arguments: [0, 1])
    func bound(more: Int) async throws {
        let fixture = try HTTPFixture { $0.largestBody = 1000 }
        let body = String(repeating: "x", count: 1000 + more)
        let server: @Sendable (LoopbackConnection) async throws -> Void = { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        if more == 0 {
            #expect(try await fixture.send(server: server).body.count == 1000)
        } else {
            #expect(await fixture.failure(server: server)?.code == .tooLarge)
        }
    }

    @Test(
        "a head without end is cut off: fields, interim answers, one line",
        arguments: ["X-Field: value\r\n", "\r\n\r\nHTTP/1.1 103 Early Hints", "x"])
    func endlessHead(piece: String) async throws {
        let fixture = try HTTPFixture()
        let error = await fixture.failure { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 103 Early Hints\r\nX: ")
            await server.flood(String(repeating: piece, count: 100))
        }
        #expect(error?.code == .tooLarge, "\(String(describing: error))")
    }

    @Test("trailers without end are cut off")
    func endlessTrailers() async throws {
        let fixture = try HTTPFixture()
        let error = await fixture.failure { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
            await server.flood(String(repeating: "X-Trailer: value\r\n", count: 100))
        }
        #expect(error?.code == .tooLarge, "\(String(describing: error))")
    }

    @Test("an answer that is cut short is a broken connection")
    func cutShort() async throws {
        let fixture = try HTTPFixture()
        let error = await fixture.failure { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        }
        #expect(error?.code == .disconnected)
    }

    @Test("an answer that ends in the middle of its head is a broken connection, not an answer without a body")
    func cutHead() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            let server = try await fixture.listener.accept()
            _ = try await server.request()
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
            server.close()
        }
        let error = await #expect(throws: NetworkError.self) {
            try await fixture.client.send(
                HTTPClientRequest(method: .post, url: fixture.url, body: [1]), timeout: .seconds(20))
        }
        #expect(error?.code == .disconnected, "\(String(describing: error))")
        try await serving.value
    }

    @Test("what is no HTTP is an error")
    func noHTTP() async throws {
        let fixture = try HTTPFixture()
        let error = await fixture.failure { server in
            _ = try await server.request()
            try await server.answer("220 mail.example ESMTP\r\n")
        }
        #expect(error?.code == .failed, "\(String(describing: error))")
    }

    @Test("an answer that does not come in time: the time is up; the text does not tell the query")
    func slow() async throws {
        let fixture = try HTTPFixture()
        let error = await fixture.failure("/path?token=secret", timeout: .milliseconds(200)) { server in
            _ = try await server.request()
            _ = try await server.request()
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("127.0.0.1:\(fixture.listener.port)/path") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("the time runs while a request waits for its turn")
    func slowTurn() async throws {
        let fixture = try HTTPFixture()
        let first = Task { try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20)) }
        let server = try await fixture.listener.accept()
        _ = try await server.request()
        // The first is under way.
        let second = Task {
            try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .milliseconds(1))
        }
        try await Task.sleep(for: .milliseconds(50))
        try await server.answer(Self.empty)
        #expect(try await first.value.status == 200)
        #expect(await code(of: second) == .timedOut)
    }

    @Test("cancelling ends a request that waits for its answer")
    func cancelling() async throws {
        let fixture = try HTTPFixture()
        let sending = Task {
            try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(600))
        }
        let server = try await fixture.listener.accept()
        _ = try await server.request()
        sending.cancel()
        #expect(await code(of: sending) == .closed)
        #expect(try await server.request() == nil)
    }

    @Test("a port where nobody listens is unreachable")
    func refused() async throws {
        let fixture = try HTTPFixture()
        fixture.listener.close()
        let error = await #expect(throws: NetworkError.self) {
            try await fixture.client.send(HTTPClientRequest(url: fixture.url), timeout: .seconds(20))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("Connection refused") == true)
    }

    @Test(
        "Retry-After in seconds: bounded, and zero where it is nonsense",
        arguments: [("120", 120), ("0", 0), ("-5", 0), ("99999999999999999999", 3600), ("86400", 3600), ("soon", 0)])
    func retryAfter(value: String, seconds: Int) async throws {
        let response = try await limited(value)
        #expect(response.status == 429)
        #expect(response.retryAfter == .seconds(seconds))
    }

    @Test("Retry-After as a date: the time until then, and zero when it has passed")
    func retryAfterDate() async throws {
        let future = try #require(try await limited(Self.date(in: 120)).retryAfter)
        #expect(future > .seconds(60) && future <= .seconds(120), "\(future)")
        #expect(try await limited(Self.date(in: -120)).retryAfter == .zero)
    }

    private func limited(_ retryAfter: String) async throws -> HTTPClientResponse {
        try await HTTPFixture().send { server in
            _ = try await server.request()
            try await server.answer(
                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: \(retryAfter)\r\nContent-Length: 0\r\n\r\n")
        }
    }

    private static let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private static func date(in seconds: Int) -> String {
        var moment = time(nil) + seconds
        var parts = tm()
        gmtime_r(&moment, &parts)
        // glibc's versions differ in whether the buffer is an optional pointer; an array is passed as either.
        var text = [CChar](repeating: 0, count: 64)
        let length = strftime(&text, 64, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

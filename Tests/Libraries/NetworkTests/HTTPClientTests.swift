import Glibc
import HTTPMessages
import Network
import TestSupport
import Testing

@Suite("An HTTP client's requests and answers")
struct HTTPClientTests {
    @Test("a GET is sent as it was given, and the answer comes back whole")
    func get() async throws {
        let fixture = try HTTPFixture()
        let headers: HTTPHeaders = ["Authorization": "Basic eDp5", "X-Empty": ""]
        let response = try await fixture.send("GET", "/a/../b%2Fc?q=1", headers: headers) { server in
            let request = try #require(try await server.request())
            #expect(request.line == "GET /a/../b%2Fc?q=1 HTTP/1.1")
            #expect(request.headers.contains("Authorization: Basic eDp5"))
            #expect(request.headers.contains("X-Empty:"))
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: 1 \r\nx-two:2\r\n\r\nhi")
        }
        #expect(response.status == 200)
        #expect(response.body == Array("hi".utf8))
        #expect(response.headers["x-one"] == "1")
        #expect(response.headers["X-Two"] == "2")
        #expect(response.headers["x-three"] == nil)
        #expect(response.retryAfter == nil)
    }

    @Test("a large body is sent at once, without asking for a 100 first and without a type that nobody gave")
    func post() async throws {
        let fixture = try HTTPFixture()
        let body = pattern(3 << 20)
        try await fixture.send("POST", body: body) { server in
            let request = try #require(try await server.request())
            #expect(request.line == "POST / HTTP/1.1")
            #expect(request.body == body)
            let names = request.headers.map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(!names.contains("expect"))
            #expect(!names.contains("content-type"))
            try await server.answer("HTTP/1.1 204 No Content\r\n\r\n")
        }
    }

    @Test("a body's type is the one that was given")
    func contentType() async throws {
        let fixture = try HTTPFixture()
        try await fixture.send("PUT", headers: ["content-type": "application/json"], body: [0x7b, 0x7d]) {
            let request = try #require(try await $0.request())
            #expect(request.headers.contains("content-type: application/json"))
            #expect(request.body == [0x7b, 0x7d])
            try await $0.answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test(
        "methods without a body", arguments: [("PUT", "0"), ("POST", "0"), ("DELETE", nil), ("OPTIONS", nil)])
    func noBody(method: String, length: String?) async throws {
        let fixture = try HTTPFixture()
        let response = try await fixture.send(HTTPMethod(rawValue: method)) { server in
            let request = try #require(try await server.request())
            #expect(request.line == "\(method) / HTTP/1.1")
            let expected = length.map { "Content-Length: \($0)" }
            #expect(request.headers.first { $0.hasPrefix("Content-Length") } == expected)
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(response.body.isEmpty)
    }

    @Test("a HEAD's answer has no body, whatever its length says")
    func head() async throws {
        let fixture = try HTTPFixture()
        let response = try await fixture.send("HEAD") { server in
            #expect(try await server.request()?.line == "HEAD / HTTP/1.1")
            try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        }
        #expect(response.headers["content-length"] == "1000")
        #expect(response.body.isEmpty)
    }

    @Test("interim answers and trailers are not part of the answer's head; a folded line is")
    func heads() async throws {
        let fixture = try HTTPFixture()
        let response = try await fixture.send { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n")
            try await server.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Folded: a\r\n  b\r\n\r\n")
            try await server.answer("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: late\r\n\r\n")
        }
        #expect(response.status == 200)
        #expect(response.body == Array("abcde".utf8))
        #expect(response.headers["link"] == nil)
        #expect(response.headers["x-trailer"] == nil)
        #expect(response.headers["x-folded"].map { $0.split(separator: " ") } == ["a", "b"])
    }

    @Test("a redirect is an answer like any other")
    func redirect() async throws {
        let fixture = try HTTPFixture()
        let response = try await fixture.send { server in
            _ = try await server.request()
            try await server.answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/elsewhere")
    }

    @Test("requests that come at the same time are answered one after the other")
    func turns() async throws {
        let fixture = try HTTPFixture()
        let serving = Task {
            let server = try await fixture.listener.accept()
            while let request = try await server.request() {
                let path = request.line.split(separator: " ")[1]
                try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
        }
        let url = fixture.url
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    let request = HTTPClientRequest(url: "\(url)/\(number)")
                    let response = try await fixture.client.send(request, timeout: .seconds(20))
                    #expect(response.body == Array("/\(number)".utf8))
                }
            }
            try await group.waitForAll()
        }
        serving.cancel()
    }

    @Test(
        "a request that would not be what it says is not sent",
        arguments: [
            HTTPClientRequest(method: "GET / HTTP/1.1\r\nX:", url: "http://127.0.0.1:1/"),
            HTTPClientRequest(method: "", url: "http://127.0.0.1:1/"),
            HTTPClientRequest(method: "HEAD", url: "http://127.0.0.1:1/", body: [1]),
            HTTPClientRequest(url: "http://127.0.0.1:1/", headers: ["X": "a\r\nY: b"]),
            HTTPClientRequest(url: "http://127.0.0.1:1/", headers: ["X: a\r\nY": "b"]),
            HTTPClientRequest(url: "http://127.0.0.1:1/", headers: ["X": "a\u{0}b"]),
            HTTPClientRequest(url: "http://127.0.0.1:1/", headers: ["Content-Length": "5"]),
            HTTPClientRequest(url: "http://127.0.0.1:1/", headers: ["transfer-encoding": "chunked"]),
            HTTPClientRequest(url: "http://127.0.0.1:1/a b"),
            HTTPClientRequest(url: "http://127.0.0.1:1/\r\nX: y"),
            HTTPClientRequest(url: "http://user:secret@127.0.0.1:1/"),
            HTTPClientRequest(url: "file:///etc/hostname"),
            HTTPClientRequest(url: "ftp://127.0.0.1/"),
            HTTPClientRequest(url: "127.0.0.1:1/"),
            HTTPClientRequest(url: ""),
        ])
    func invalid(request: HTTPClientRequest) async throws {
        let error = await #expect(throws: NetworkError.self) {
            try await HTTPClient().send(request, timeout: .seconds(5))
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("proxies of the environment are not used")
    func proxies() async {
        await #expect(processExitsWith: .success) {
            // A process of its own: the environment is shared by all tests, and by what they start.
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
            let fixture = try HTTPFixture()
            let response = try await fixture.send { server in
                #expect(try await server.request()?.line == "GET / HTTP/1.1")
                try await server.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            #expect(response.status == 200)
        }
    }

    @Test("a server's TLS is verified, and its answer comes over it")
    func tls() async throws {
        let certificates = try await Certificates.shared()
        for (authority, isRight) in [(certificates.authority, true), (certificates.otherAuthority, false)] {
            let server = try await TLSServer(.http)
            var configuration = HTTPClient.Configuration()
            configuration.tls.certificateAuthorityFile = authority
            let client = HTTPClient(configuration)
            let request = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/")
            if isRight {
                #expect(try await client.send(request, timeout: .seconds(20)).body == Array("tls".utf8))
            } else {
                let error = await #expect(throws: NetworkError.self) {
                    try await client.send(request, timeout: .seconds(20))
                }
                #expect(error?.code == .tls)
            }
        }
    }

    private func answer(
        of behaviour: TLSServer.Behaviour, version: String
    ) async throws -> Result<HTTPClientResponse, NetworkError> {
        let server = try await TLSServer(behaviour, version: version)
        var configuration = HTTPClient.Configuration()
        configuration.tls.certificateAuthorityFile = try await Certificates.shared().authority
        // Not idempotent: the server takes one connection.
        let request = HTTPClientRequest(
            url: "https://127.0.0.1:\(server.port)/", isIdempotent: false)
        do throws(NetworkError) {
            return .success(try await HTTPClient(configuration).send(request, timeout: .seconds(20)))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "over TLS, a body without a length ends with the connection, announced or not",
        arguments: [TLSServer.Behaviour.httpEnding, .httpAbrupt], ["1.2", "1.3"])
    func bodyWithoutLength(_ behaviour: TLSServer.Behaviour, version: String) async throws {
        let response = try await answer(of: behaviour, version: version).get()
        #expect(response.status == 200)
        #expect(response.body == Array("tls".utf8))
    }

    @Test(
        "over TLS, an end that comes before that of the head, the length or the last chunk is an error",
        arguments: [TLSServer.Behaviour.httpCutLength, .httpCutChunk, .httpCutHead], ["1.2", "1.3"])
    func cutAnswer(_ behaviour: TLSServer.Behaviour, version: String) async throws {
        guard case .failure(let error) = try await answer(of: behaviour, version: version) else {
            throw TimedOut("an error")
        }
        #expect(error.code == .disconnected, "\(error)")
    }

    @Test("Python's server gets a POST and gives it back")
    func python() async throws {
        let server = try HelperProcess(path: "/usr/bin/env", ["python3", "-c", Self.echo])
        let port = try #require(await server.nextLine())
        let body = pattern(2 << 20)
        let client = HTTPClient()
        for method: HTTPMethod in [.post, .put, .post] {
            let request = HTTPClientRequest(method: method, url: "http://127.0.0.1:\(port)/x", body: body)
            let response = try await client.send(request, timeout: .seconds(20))
            #expect(response.status == 200)
            #expect(response.body == body)
        }
    }

    private static let echo = """
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class Echo(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_PUT = do_POST
            def log_message(self, *_): pass
        server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}

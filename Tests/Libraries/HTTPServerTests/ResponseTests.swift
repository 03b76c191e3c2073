import HTTPMessages
import HTTPServer
import HTTPWire
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ResponseTests {
    @Test("status, fields and body are sent in their order")
    func statusFieldsAndBodyAreSent() async throws {
        try await withServer(handler: { _ in
            HTTPResponse(
                status: 404, headers: ["Set-Cookie": "a=1", "X-Text": "caf\u{e9}", "Set-Cookie": "b=2"],
                body: .bytes(Array("gone".utf8)))
        }) { server in
            let answer = try await server.request("GET / HTTP/1.1")
            #expect(answer.status == 404)
            #expect(answer.values(of: "Set-Cookie") == ["a=1", "b=2"])
            #expect(answer["X-Text"] == "caf\u{e9}")
            #expect(answer["Content-Length"] == "4")
            #expect(answer.values(of: "Date").count == 1)
            #expect(answer.text == "gone")
        }
    }

    @Test("the length is the body's, whatever the handler says, and an empty value is not a field")
    func lengthIsTheBodysWhatever() async throws {
        try await withServer(handler: { _ in
            HTTPResponse(
                headers: ["Content-length": "99", "transfer-encoding": "gzip", "X-Empty": "", "X": "1"],
                body: .bytes([65]))
        }) { server in
            let answer = try await server.request("GET / HTTP/1.1")
            #expect(answer.values(of: "Content-Length") == ["1"])
            #expect(answer["Transfer-Encoding"] == nil)
            #expect(answer["X-Empty"] == nil)
            #expect(answer["X"] == "1")
            #expect(answer.text == "A")
        }
    }

    @Test("a handler's own date takes the place of the server's")
    func handlersOwnDateTakesThePlace() async throws {
        let date = "Tue, 15 Nov 1994 08:12:31 GMT"
        try await withServer(handler: { _ in HTTPResponse(headers: ["Date": date]) }) { server async throws in
            #expect(try await server.request("GET / HTTP/1.1").values(of: "Date") == [date])
        }
    }

    @Test("an answer without body has the length 0")
    func answerWithoutBodyHasTheLength() async throws {
        try await withServer(handler: { _ in HTTPResponse() }) { server in
            let answer = try await server.request("POST / HTTP/1.1", body: "x")
            #expect(answer["Content-Length"] == "0")
            #expect(answer.body.isEmpty)
        }
    }

    @Test("HEAD gets the length and no body, and the connection goes on")
    func headGetsTheLength() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send("HEAD /a HTTP/1.1")
            #expect(try await client.answer(toHEAD: true)["Content-Length"] == "8")
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer().text == "GET /b ")
        }
    }

    @Test("a status that has no body is sent without one, and the connection goes on", arguments: [204, 304])
    func bodiless(status: Int) async throws {
        try await withServer(handler: { request in
            request.target == "/a" ? HTTPResponse(status: HTTPStatus(status), body: .bytes([65])) : .text("b")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == status)
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer().text == "b")
        }
    }

    @Test(
        "what HTTP cannot carry becomes a 500, and the connection goes on",
        arguments: [
            HTTPResponse(status: 199), HTTPResponse(status: 600), HTTPResponse(status: 0), HTTPResponse(status: 101),
            HTTPResponse(headers: ["X Y": "1"]), HTTPResponse(headers: ["": "1"]), HTTPResponse(headers: ["X:": "1"]),
            HTTPResponse(headers: ["X": "1\r\nSet-Cookie: a=1"]), HTTPResponse(headers: ["X": "1\n2"]),
            HTTPResponse(headers: ["X": "1\0"]), HTTPResponse(headers: ["X\r\nY": "1"]),
        ])
    func impossible(response: HTTPResponse) async throws {
        try await withServer(
            { $0.refusal = { HTTPResponse(status: $0.status, headers: ["X-Reason": "\($0.reason)"]) } },
            handler: { $0.target == "/a" ? response : .text("b") }
        ) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            let answer = try await client.answer()
            #expect(answer.status == 500)
            #expect(answer["X-Reason"] == "invalidResponse")
            #expect(answer["Set-Cookie"] == nil)
            try await client.send("GET /b HTTP/1.1")
            #expect(try await client.answer().text == "b")
        }
    }

    @Test("a refusal that HTTP cannot carry ends the connection")
    func refusalThatHTTPCannotCarryEnds() async throws {
        try await withServer(
            { $0.refusal = { _ in HTTPResponse(status: 1_000) } }, handler: { _ in .text("", status: 1) }
        ) {
            server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1")
            #expect(try await client.isClosedByServer())
        }
    }

    @Test("16 MiB arrive whole") func with16MiBArriveWhole() async throws {
        let body = (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 16) }
        try await withServer(handler: { _ in HTTPResponse(body: .bytes(body)) }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\nConnection: close")
            let head = try await client.head()
            #expect(head["Content-Length"] == "\(body.count)")
            #expect(try await client.rest() == body)
        }
    }

    @Test("a handler that says so ends the connection")
    func handlerThatSaysSoEnds() async throws {
        try await withServer(handler: { _ in HTTPResponse(headers: ["Connection": "close"], body: .bytes([65])) }) {
            server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1")
            let answer = try await client.answer()
            #expect(answer.values(of: "Connection") == ["close"])
            #expect(answer.text == "A")
            #expect(try await client.isClosedByServer())
        }
    }
}

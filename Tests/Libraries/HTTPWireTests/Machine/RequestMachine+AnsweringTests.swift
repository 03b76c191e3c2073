import HTTPMessages
import HTTPWire
import Testing

@Suite("What a server answers")
struct AnsweringTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let head = "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let old = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

    /// A connection whose handler has the request.
    private func connection(_ request: String = get, _ limits: RequestLimits = .tests()) throws -> Connection {
        var connection = Connection(limits)
        connection.answersAtOnce = false
        connection.receive(request)
        try #require(connection.machine.awaitsAnswer(to: 1))
        return connection
    }

    @Test("an answer has the head, the server's fields and the body")
    func wholeAnswer() throws {
        var connection = try connection()
        connection.answer(status: 404, "gone", headers: ["X": "1"])
        #expect(
            connection.text == "HTTP/1.1 404 Not Found\r\nX: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "Content-Length: 4\r\n\r\ngone")
        #expect(connection.machine.isIdle)
    }

    @Test("HEAD gets the length and no body, and the connection goes on")
    func headGetsTheLength() throws {
        var connection = Connection()
        connection.receive(Self.head + Self.get)
        var answers = Answers(connection.text)
        #expect(try answers.next(toHEAD: true)["content-length"] == "8")
        #expect(try answers.next().body == "GET /a ")
        #expect(answers.isAtEnd)
    }

    @Test("a status that has no body is sent without one, and the connection goes on", arguments: [204, 304])
    func bodiless(status: Int) throws {
        var connection = try connection(Self.get + Self.get)
        connection.answer(status: HTTPStatus(status), "x")
        connection.answer("b")
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.status) == [status, 200])
        #expect(answers[0]["content-length"] == nil)
        #expect(answers[1].body == "b")
    }

    @Test("a handler that says so ends the connection")
    func handlerEnds() throws {
        var connection = try connection()
        connection.answer("A", headers: ["Connection": "close"])
        #expect(try Answers.all(connection.text)[0].values(of: "connection") == ["close"])
        #expect(connection.isClosed)
    }

    @Test(
        "what HTTP cannot carry is an error that changes nothing, so that another answer can be given",
        arguments: [
            ResponseHead(status: 199), ResponseHead(status: 600), ResponseHead(status: 0), ResponseHead(status: 101),
            ResponseHead(status: -1), ResponseHead(status: HTTPStatus(.max)),
            ResponseHead(status: 200, headers: ["X Y": "1"]), ResponseHead(status: 200, headers: ["": "1"]),
            ResponseHead(status: 200, headers: ["X:": "1"]), ResponseHead(status: 200, headers: ["X": "1\n2"]),
            ResponseHead(status: 200, headers: ["X": "1\r\nSet-Cookie: a=1"]),
            ResponseHead(status: 200, headers: ["X": "1\0"]), ResponseHead(status: 200, headers: ["X\r\nY": "1"]),
            ResponseHead(status: 200, headers: ["A": "1", "Content-Length": "\r", "B": "2"]),
            ResponseHead(status: 200, body: .length(-1)), ResponseHead(status: 200, headers: ["X": "\u{7f}"]),
        ])
    func impossible(head: ResponseHead) throws {
        for request in [Self.get, Self.head, Self.old] {
            var connection = try connection(request)
            var output = Array("before".utf8)
            let deadline = connection.machine.deadline
            #expect(throws: InvalidResponse.self) {
                try connection.machine.answer(head, date: Connection.date, now: 5, output: &output)
            }
            #expect(output == Array("before".utf8))
            #expect(connection.machine.awaitsAnswer(to: 1))
            #expect(connection.machine.deadline == deadline)
            connection.answer(status: 500, "sorry")
            #expect(connection.machine.isIdle)
            #expect(connection.text.hasPrefix("HTTP/1.1 500 "))
        }
    }

    // MARK: - Streams

    @Test("a stream is sent in chunks, and the connection goes on")
    func chunks() throws {
        var connection = try connection(Self.get + Self.get)
        #expect(try connection.beginStream())
        #expect(connection.machine.isStreaming)
        connection.stream("hello")
        connection.stream("")
        connection.stream(String(repeating: "x", count: 300))
        connection.sent()
        #expect(connection.requests.count == 1, "all that there was is sent, and the stream not over")
        connection.endStream()
        #expect(!connection.machine.isStreaming)
        connection.sent()
        connection.answer("next")
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.body) == ["hello" + String(repeating: "x", count: 300), "next"])
        #expect(answers[0].values(of: "transfer-encoding") == ["chunked"])
        #expect(answers[0]["content-length"] == nil)
        #expect(connection.text.contains("\r\n12c\r\nxxx"))
    }

    @Test("a stream without pieces has an end")
    func emptyStream() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        connection.endStream()
        connection.sent()
        #expect(try Answers.all(connection.text).map(\.body) == [""])
        #expect(connection.machine.isIdle)
    }

    @Test("HTTP/1.0 gets a stream as it is, up to the end of the connection")
    func oldStream() throws {
        var connection = try connection(Self.old)
        #expect(try connection.beginStream())
        connection.stream("hello")
        connection.stream(" world")
        connection.endStream()
        #expect(!connection.isClosed)
        connection.sent()
        #expect(connection.isClosed)
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.body) == ["hello world"])
        #expect(answers[0]["transfer-encoding"] == nil)
        #expect(answers[0]["connection"] == "close")
    }

    @Test("HEAD gets no stream", arguments: [head, head.replacing("1.1", with: "1.0")])
    func headStream(request: String) throws {
        var connection = try connection(request)
        #expect(try !connection.beginStream())
        #expect(!connection.machine.isStreaming)
        connection.stream("not sent")
        connection.sent()
        #expect(connection.isClosed, "a length that nobody knows is not told")
        var answers = Answers(connection.text)
        #expect(try answers.next(toHEAD: true)["connection"] == "close")
        #expect(answers.isAtEnd)
    }

    @Test("a status without body has no stream", arguments: [204, 304] as [HTTPStatus])
    func bodilessStream(status: HTTPStatus) throws {
        var connection = try connection()
        var output: [UInt8] = []
        let head = ResponseHead(status: status, body: .stream)
        #expect(try !connection.machine.answer(head, date: Connection.date, now: 0, output: &output))
        connection.sent()
        #expect(connection.machine.isIdle)
        #expect(!String(decoding: output, as: UTF8.self).contains("chunked"))
    }

    @Test("a stream that fails ends the connection without its end")
    func failedStream() throws {
        var connection = try connection(Self.get + Self.get)
        _ = try connection.beginStream()
        connection.stream("hello")
        connection.endStream(failed: true)
        #expect(connection.isClosed)
        #expect(connection.text.hasSuffix("\r\n5\r\nhello\r\n"))
        #expect(connection.requests.count == 1)
        #expect(connection.machine.deadline == .max)
    }

    @Test("a stream that is dry beats at its interval, and has no deadline without one")
    func dryStream() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        connection.machine.streamIsDry(heartbeat: nil, now: connection.now)
        #expect(connection.machine.deadline == .max)
        connection.wait(1 << 50)
        connection.stream("x")
        #expect(connection.machine.deadline == connection.now + RequestLimits.Times.tests.write)
        for beat in 1...3 {
            connection.machine.streamIsDry(heartbeat: 500, now: connection.now)
            connection.wait(499)
            #expect(connection.beats == beat - 1)
            connection.wait(1)
            #expect(connection.beats == beat)
            connection.stream(":\n\n")
        }
        #expect(!connection.isClosed)
        #expect(connection.refusals.isEmpty)
    }

    @Test("a client that does not take its stream is cut off, however long the whole may be")
    func slowReader() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        for _ in 0..<20 {
            connection.stream(String(repeating: "x", count: RequestLimits.writeBlock))
            connection.wait(8_000)
            #expect(!connection.isClosed)
        }
        connection.stream(String(repeating: "x", count: RequestLimits.writeBlock))
        connection.wait(8_399)
        #expect(!connection.isClosed)
        connection.wait(1)
        #expect(connection.isClosed)
    }

    @Test("a stream whose pieces are taken one by one, and too slowly, is cut off")
    func tricklingStream() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        var pieces = 0
        while !connection.isClosed, pieces < 100 {
            connection.stream(String(repeating: "x", count: 1_000))
            connection.wait(8_000)
            pieces += 1
        }
        #expect(pieces == 2)
    }

    @Test("a stream that was dry has all of the time again")
    func dryStreamBeginsAnew() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        for _ in 0..<10 {
            connection.stream("x")
            connection.wait(8_000)
            connection.machine.streamIsDry(heartbeat: nil, now: connection.now)
        }
        #expect(!connection.isClosed)
    }

    @Test("the last bytes of a stream have a time as well")
    func endOfAStream() throws {
        var connection = try connection()
        _ = try connection.beginStream()
        connection.machine.streamIsDry(heartbeat: nil, now: connection.now)
        connection.wait(1 << 40)
        connection.endStream()
        #expect(connection.machine.deadline == connection.now + RequestLimits.Times.tests.write)
        connection.wait(8_400)
        #expect(connection.isClosed)
    }
}

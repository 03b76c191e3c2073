import HTTPMessages
import HTTPWire
import Testing

struct BodyReaderTests {
    private static let chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func post(_ length: Int, to target: String = "/a", method: String = "POST") -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test("a body of just as many bytes as may be is taken, one that announces more is refused at its head")
    func bodyOfJustAsManyBytes() {
        var connection = Connection(.tests(bodyBytes: 5))
        connection.receive(Self.post(5) + "12345")
        #expect(connection.requests.map(\.text) == ["12345"])
        connection.receive(Self.post(6))
        #expect(
            connection.refusals.map { HTTPRefusal($0.reason, detail: $0.detail) }
                == [HTTPRefusal(.bodyTooLarge(limit: 5), detail: "The body is larger than 5 bytes.")])
        #expect(connection.refusals.first?.head?.target.path == "/a")
        #expect(connection.hasEndedOutput)
    }

    @Test("chunks that are too many together are refused, and the connection goes on")
    func chunksThatAreTooMany() throws {
        var connection = Connection(.tests(bodyBytes: 5))
        connection.receive(Self.chunked + "3\r\nabc\r\n3\r\nde")
        #expect(connection.machine.bufferedBodyBytes == 5)
        #expect(connection.refusals.isEmpty)
        connection.receive("f\r\n")
        #expect(connection.machine.bufferedBodyBytes == 0, "what is not wanted any more is not kept")
        #expect(connection.refusals.isEmpty, "the answer waits for the end of the body")
        connection.receive("0\r\n\r\n" + Self.chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(connection.refusals.map(\.status) == [413])
        #expect(connection.requests.map(\.text) == ["abcde"])
        #expect(try Answers.all(connection.text).map(\.status) == [413, 200])
        #expect(!connection.hasEndedOutput)
        #expect(connection.machine.bufferedBodyBytes == 0)
    }

    @Test("a bound of its own goes by method and decoded path")
    func boundOfItsOwn() {
        let limits = RequestLimits.tests(
            bodyBytes: 1_000, bodyLimit: { method, path in method == .post && path == "/a b" ? 3 : 10 })
        func status(_ method: String, _ target: String, _ length: Int) -> [HTTPStatus] {
            var connection = Connection(limits)
            connection.receive(Self.post(length, to: target, method: method) + String(repeating: "x", count: length))
            return connection.refusals.map(\.status)
        }
        #expect(status("POST", "/a%20b?c", 3) == [])
        #expect(status("POST", "/a%20b?c", 4) == [413])
        #expect(status("PUT", "/a%20b", 10) == [])
        #expect(status("PUT", "/a%20b", 11) == [413])
        #expect(status("POST", "/a", 11) == [413])
    }

    @Test("chunks without end are swallowed up to a bound, then refused, and the connection ends")
    func endlessChunks() throws {
        var connection = Connection(.tests(bodyBytes: 1_000))
        connection.receive(Self.chunked)
        let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
        var chunks = 0
        while connection.refusals.isEmpty, chunks < 100 {
            connection.receive(chunk)
            chunks += 1
        }
        #expect(connection.refusals.map(\.status) == [413])
        #expect(chunks == RequestLimits.swallowedBytes >> 16, "each chunk has its frame beside its 64 KiB")
        #expect(try Answers.all(connection.text)[0]["connection"] == "close")
        #expect(connection.hasEndedOutput)
        while !connection.isClosed, chunks < 200 {
            connection.receive(chunk)
            chunks += 1
        }
        #expect(connection.isClosed, "it lingers for a while, and is then cut off")
        #expect(chunks == 2 * (RequestLimits.swallowedBytes >> 16))
    }

    @Test("a head to HEAD is refused without a body")
    func headIsRefusedWithoutABody() throws {
        var connection = Connection(.tests(bodyBytes: 1))
        connection.receive(Self.post(9, method: "HEAD"))
        #expect(connection.refusals.map(\.status) == [413])
        var answers = Answers(connection.text)
        let answer = try answers.next(toHEAD: true)
        #expect(answer["content-length"] == "\(connection.refusals[0].detail.utf8.count)")
        #expect(answers.isAtEnd)
    }

    // MARK: - The room of all connections together

    @Test("a body for which the server has no room is refused at its end, and the connection goes on")
    func noRoom() throws {
        var connection = Connection()
        connection.bodyRoom = 100
        connection.receive(Self.post(101) + String(repeating: "x", count: 100))
        #expect(connection.machine.bufferedBodyBytes == 100)
        connection.bodyRoom = 0
        connection.receive("x")
        #expect(connection.refusals.map(\.reason) == [.overloaded])
        #expect(connection.refusals.map(\.status) == [503])
        #expect(connection.machine.bufferedBodyBytes == 0)
        connection.bodyRoom = 101
        connection.receive(Self.post(101) + String(repeating: "x", count: 101))
        #expect(connection.requests.map(\.body.count) == [101])
        #expect(try Answers.all(connection.text).map(\.status) == [503, 200])
    }

    @Test("a body that is refused for want of room is swallowed, and makes the others' room")
    func swallowedForWantOfRoom() {
        var connection = Connection()
        connection.receive(Self.post(1_000) + String(repeating: "x", count: 500))
        connection.bodyRoom = 9
        connection.receive(String(repeating: "x", count: 10))
        #expect(connection.machine.bufferedBodyBytes == 0)
        connection.bodyRoom = .max
        connection.receive(String(repeating: "x", count: 489))
        #expect(connection.refusals.isEmpty, "one byte is missing")
        connection.receive("x")
        #expect(connection.refusals.map(\.reason) == [.overloaded])
        #expect(connection.machine.isIdle)
    }

    @Test("the room counts for the chunks of one piece together")
    func roomForChunks() {
        for (room, isTaken) in [(6, true), (5, false)] {
            var connection = Connection()
            connection.bodyRoom = room
            connection.receive(Self.chunked + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
            #expect(connection.requests.map(\.text) == (isTaken ? ["abcdef"] : []))
            #expect(connection.refusals.map(\.reason) == (isTaken ? [] : [.overloaded]))
        }
    }

    @Test(
        "more chunks behind one that is too large are dropped, whatever the room", arguments: [Int.max, 7, 0, -1, .min])
    func dropped(room: Int) {
        var connection = Connection(.tests(bodyBytes: 7))
        connection.receive(Self.chunked + "5\r\nhello\r\n")
        connection.bodyRoom = room
        // In one piece, behind bytes that are in memory already.
        connection.receive("5\r\nhello\r\n3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n")
        #expect(connection.refusals.map(\.status) == [413])
        #expect(connection.machine.bufferedBodyBytes == 0)
        #expect(connection.machine.isIdle)
    }

    @Test("no room is no room, also where it is less than none", arguments: [0, -1, Int.min])
    func lessThanNoRoom(room: Int) {
        for request in [Self.post(1) + "x", Self.chunked + "1\r\nx\r\n0\r\n\r\n"] {
            var connection = Connection()
            connection.bodyRoom = room
            connection.receive(request)
            #expect(connection.refusals.map(\.reason) == [.overloaded])
        }
    }

    @Test("a body counts until it is handed over")
    func bodyCounts() {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.post(5) + "123")
        #expect(connection.machine.bufferedBodyBytes == 3)
        connection.receive("45")
        #expect(connection.machine.bufferedBodyBytes == 0)
    }

    @Test("what is announced takes no memory")
    func announced() {
        var connection = Connection(.tests(bodyBytes: .max))
        connection.receive(Self.post(.max))
        #expect(connection.refusals.isEmpty)
        #expect(connection.machine.bufferedBodyBytes == 0)
        connection.receive("x")
        #expect(connection.machine.bufferedBodyBytes == 1)
    }
}

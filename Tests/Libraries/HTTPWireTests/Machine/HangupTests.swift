import HTTPMessages
import HTTPWire
import Testing

/// What a machine does when its client goes, in each of its phases.
struct HangupTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(
        "a client that goes before a request is whole reaches no handler",
        arguments: [
            "", "\r", "\r\n", "POST", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r",
        ])
    func beforeARequest(beginning: String) {
        var connection = Connection()
        connection.receive(beginning)
        connection.hangUp()
        #expect(connection.machine.hasPeerHungUp)
        #expect(!connection.isClosed, "there may be more to be read")
        connection.endInput()
        #expect(connection.isClosed)
        #expect(connection.requests.isEmpty)
        #expect(connection.refusals.isEmpty)
        #expect(connection.text.isEmpty)
        #expect(connection.machine.bufferedBodyBytes == 0)
    }

    @Test("a request that is whole behind the news of the end is answered")
    func behindTheNews() throws {
        var connection = Connection()
        connection.receive("GET /a HTT")
        connection.hangUp()
        connection.receive("P/1.1\r\nHost: a\r\n\r\n" + Self.get)
        connection.endInput()
        #expect(try Answers.all(connection.text).map(\.status) == [200, 200])
        #expect(connection.isClosed)
    }

    @Test("a handler whose client has gone is cancelled once, and its answer still taken")
    func whileHandling() throws {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.hangUp()
        connection.hangUp()
        #expect(connection.cancellations == 1)
        #expect(connection.machine.awaitsAnswer(to: 1))
        connection.answer("done")
        #expect(try Answers.all(connection.text).map(\.body) == ["done"])
        #expect(!connection.isClosed)
        connection.endInput()
        #expect(connection.isClosed)
    }

    @Test("an answer that is under way is still sent")
    func whileAnswering() {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.write("done")
        connection.hangUp()
        connection.endInput()
        #expect(!connection.isClosed)
        connection.sent()
        #expect(!connection.isClosed)
        connection.endInput()
        #expect(connection.isClosed)
    }

    @Test("a stream ends")
    func whileStreaming() throws {
        for isDry in [false, true] {
            var connection = Connection()
            connection.answersAtOnce = false
            connection.receive(Self.get)
            #expect(try connection.beginStream())
            connection.stream("x")
            if isDry { connection.machine.streamIsDry(heartbeat: 10, now: connection.now) }
            connection.hangUp()
            #expect(connection.isClosed)
            #expect(!connection.machine.isStreaming)
            #expect(connection.machine.deadline == .max)
            let text = connection.text
            connection.stream("y")
            connection.endStream()
            #expect(connection.text == text, "nothing is written behind the end")
        }
    }

    @Test("the end of what is dropped ends the connection")
    func whileLingering() {
        var connection = Connection()
        connection.receive("malformed\r\n\r\n")
        connection.hangUp()
        #expect(!connection.isClosed)
        connection.endInput()
        #expect(connection.isClosed)
    }

    @Test("the end between two requests ends the connection")
    func whileIdle() {
        var connection = Connection()
        connection.receive(Self.get)
        connection.endInput()
        #expect(connection.isClosed)
        #expect(connection.machine.hasPeerHungUp)
    }

    @Test("where no byte can be sent any more the connection ends at once, in each phase", arguments: 0..<7)
    func failure(phase: Int) throws {
        var connection = Connection()
        connection.answersAtOnce = false
        if phase == 1 { connection.receive("GET") }
        if phase == 2 { connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell") }
        if phase >= 3 { connection.receive(phase == 6 ? "malformed\r\n\r\n" : Self.get) }
        if phase == 4 { connection.write("x") }
        if phase == 5 { _ = try connection.beginStream() }
        if phase == 6 { connection.answer(status: 400) }
        var closes = 0
        for _ in 0..<2 { if case .close = connection.machine.failed() { closes += 1 } }
        #expect(closes == 1)
        #expect(!connection.machine.wantsInput)
        #expect(connection.machine.deadline == .max)
        #expect(connection.machine.bufferedBodyBytes == 0)
        #expect(!connection.machine.awaitsAnswer(to: 1))
    }
}

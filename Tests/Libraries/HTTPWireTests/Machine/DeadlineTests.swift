import HTTPMessages
import HTTPWire
import Testing

/// The deadlines of a machine whose time is a parameter.
struct DeadlineTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let times = RequestLimits.Times.tests
    private static let block = RequestLimits.writeBlock

    /// Nothing happens one nanosecond before the deadline, which is a time from now; goes on to the deadline.
    private func expectDeadline(_ connection: inout Connection, after time: Int64, line: Int = #line) {
        let location = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(connection.machine.deadline == connection.now + time, sourceLocation: location)
        let (closed, refused) = (connection.isClosed, connection.refusals.count)
        connection.wait(time - 1)
        #expect(connection.isClosed == closed, sourceLocation: location)
        #expect(connection.refusals.count == refused, sourceLocation: location)
        connection.wait(1)
    }

    // MARK: - Requests

    @Test(
        "a client that does not send its head gets a 408",
        arguments: ["", "\r\n\r\n", "GET", "GET /a HTTP/1.1\r\nHost: te"])
    func silentHead(beginning: String) throws {
        var connection = Connection(now: 77)
        connection.wait(400)
        connection.receive(beginning)
        // The time began with the connection.
        expectDeadline(&connection, after: Self.times.head - 400)
        #expect(
            connection.refusals == [HTTPRefusal(.requestTimeout, detail: "The request did not come in time.")])
        #expect(connection.machine.requestNumber == 1)
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.status) == [408])
        #expect(answers.map { $0["connection"] } == ["close"])
        #expect(connection.hasEndedOutput)
    }

    @Test("a client that sends a head byte by byte has no more time for it")
    func drippingHead() {
        var connection = Connection()
        connection.receive("GET /a HTTP/1.1\r\nHost: test\r\nX: ")
        while connection.refusals.isEmpty, connection.now < 10_000 {
            connection.receive("x")
            connection.wait(10)
        }
        #expect(connection.refusals.map(\.status) == [408])
        #expect(connection.now == Self.times.head)
    }

    @Test("the second request's head has the same time, from its first byte on")
    func secondHead() {
        var connection = Connection()
        connection.receive(Self.get)
        connection.wait(5_000)
        connection.receive("\r\n")
        #expect(connection.machine.deadline == Self.times.idle, "an empty line is no byte of a request")
        connection.receive("G")
        expectDeadline(&connection, after: Self.times.head)
        #expect(connection.refusals.map(\.status) == [408])
    }

    @Test(
        "a client that does not send its body gets a 408",
        arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
    func silentBody(framing: String) {
        var connection = Connection()
        connection.wait(900)
        connection.receive("POST /a HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
        expectDeadline(&connection, after: Self.times.body)
        #expect(connection.refusals.map(\.status) == [408])
        #expect(connection.requests.isEmpty)
        #expect(connection.machine.bufferedBodyBytes == 0)
        #expect(connection.hasEndedOutput)
    }

    @Test("a client that sends a body byte by byte has no more time for it")
    func drippingBody() {
        var connection = Connection()
        connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        while connection.refusals.isEmpty, connection.now < 10_000 {
            connection.receive("x")
            connection.wait(10)
        }
        #expect(connection.refusals.map(\.status) == [408])
        #expect(connection.now == Self.times.body)
    }

    @Test("a request has a time as a whole, which its parts do not prolong")
    func whole() {
        var times = Self.times
        times.whole = 1_500
        var connection = Connection(.tests(times: times))
        connection.wait(100)
        connection.receive("POST /a HTTP/1.1\r\n")
        connection.wait(800)
        connection.receive("Host: a\r\nContent-Length: 5\r\n\r\n")
        expectDeadline(&connection, after: 700)
        #expect(connection.refusals.map(\.status) == [408])
    }

    @Test("a handler has no more time than its request as a whole, and the refusal has time to be sent")
    func wholeOfAHandler() throws {
        var times = Self.times
        times.whole = 1_500
        var connection = Connection(.tests(times: times))
        connection.answersAtOnce = false
        connection.receive(Self.get)
        expectDeadline(&connection, after: 1_500)
        #expect(connection.refusals.map(\.reason) == [.handlerTimeout])
        connection.write(status: 503, "late")
        #expect(connection.machine.deadline == connection.now + times.write)
        connection.wait(1)
        #expect(!connection.isClosed)
        connection.sent()
        #expect(connection.machine.isIdle)
        #expect(connection.machine.deadline == connection.now + times.idle)
    }

    // MARK: - Answers

    @Test("a handler that is too slow is given up, and the connection goes on")
    func slowHandler() throws {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.wait(500)
        connection.receive(Self.get)
        expectDeadline(&connection, after: Self.times.handler)
        #expect(
            connection.refusals == [HTTPRefusal(.handlerTimeout, detail: "The server could not answer in time.")])
        #expect(connection.machine.deadline == .max, "the refusal is answered at once")
        connection.answer(status: 503, "late")
        connection.receive(Self.get)
        #expect(connection.machine.awaitsAnswer(to: 2))
        connection.answer()
        #expect(try Answers.all(connection.text).map(\.status) == [503, 200])
    }

    @Test("the time of an answer moves with what the client takes, by the time of a block for a block")
    func movingDeadline() {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.write(String(repeating: "x", count: 1 << 20))
        connection.wait(8_000)
        connection.machine.sentSome(Self.block / 4, now: connection.now)
        #expect(connection.machine.deadline == Self.times.write + Self.times.write / 4)
        connection.machine.sentSome(1 << 19, now: connection.now)
        #expect(connection.machine.deadline == 8_000 + Self.times.write, "no further than the time of a write")
        expectDeadline(&connection, after: Self.times.write)
        #expect(connection.isClosed)
        #expect(connection.machine.deadline == .max)
        #expect(connection.refusals.isEmpty)
    }

    @Test(
        "a client that is slower than it may is cut off soon, however often it takes a little", arguments: [2, 10, 100])
    func trickle(times: Int) {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.write(String(repeating: "x", count: 16 << 20))
        while !connection.isClosed, connection.now < Self.times.whole {
            connection.wait(Self.times.write / Int64(times))
            // Half as fast as it may.
            connection.machine.sentSome(Self.block / times / 2, now: connection.now)
        }
        #expect(connection.now <= Self.times.write * 5 / 2)
    }

    @Test("the time of an answer ends with that of its request as a whole")
    func wholeOfAnAnswer() {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.write(String(repeating: "x", count: 1 << 20))
        for _ in 0..<6 {
            connection.wait(8_000)
            connection.machine.sentSome(Self.block, now: connection.now)
        }
        expectDeadline(&connection, after: Self.times.whole - 48_000)
        #expect(connection.isClosed)
    }

    // MARK: - Between requests

    @Test("a connection without a next request is closed, with nothing said")
    func idle() {
        var connection = Connection()
        connection.receive(Self.get)
        _ = connection.takeText()
        expectDeadline(&connection, after: Self.times.idle)
        #expect(connection.isClosed)
        #expect(connection.text.isEmpty)
        #expect(connection.refusals.isEmpty)
    }

    @Test("each request begins the idle time anew")
    func idleAnew() {
        var connection = Connection()
        for _ in 0..<4 {
            connection.receive(Self.get)
            connection.wait(9_000)
        }
        #expect(connection.requests.count == 4)
        expectDeadline(&connection, after: Self.times.idle - 9_000)
        #expect(connection.isClosed)
    }

    @Test("empty lines do not prolong the idle time")
    func emptyLines() {
        var connection = Connection()
        connection.receive(Self.get)
        while !connection.isClosed, connection.now < 100_000 {
            connection.receive("\r\n")
            connection.wait(1_000)
        }
        #expect(connection.now == Self.times.idle)
    }

    @Test("a client that was refused may go on sending for a while")
    func linger() {
        var connection = Connection()
        connection.receive("malformed\r\n\r\n")
        connection.wait(200)
        connection.receive("more")
        expectDeadline(&connection, after: Self.times.linger - 200)
        #expect(connection.isClosed)
    }

    @Test("no time is too long", arguments: [.max, .max - 1, .max / 2] as [Int64])
    func endless(time: Int64) {
        let times = RequestLimits.Times(
            head: time, body: time, handler: time, write: time, whole: time, idle: time, linger: time)
        var connection = Connection(.tests(times: times), now: 1_000)
        connection.answersAtOnce = false
        connection.wait(1 << 40)
        for _ in 0..<3 {
            connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
            connection.wait(1 << 40)
            connection.receive("x")
            connection.wait(1 << 40)
            connection.write("x")
            connection.wait(1 << 40)
            connection.sent()
            connection.wait(1 << 40)
        }
        #expect(connection.requests.count == 3)
        #expect(connection.refusals.isEmpty)
        #expect(!connection.isClosed)
    }

    @Test("a call before the deadline, or after the end, has no effect")
    func early() {
        var connection = Connection()
        connection.wait(0)
        connection.wait(Self.times.head - 1)
        #expect(connection.refusals.isEmpty)
        connection.endInput()
        #expect(connection.isClosed)
        connection.wait(.max / 2)
        #expect(connection.refusals.isEmpty)
        #expect(connection.machine.deadline == .max)
    }
}

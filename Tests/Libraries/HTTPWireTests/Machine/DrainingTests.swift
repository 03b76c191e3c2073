import HTTPMessages
import HTTPWire
import Testing

/// What a machine does when the server stops, in each of its phases.
struct DrainingTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(
        "the request that comes next is the last, and its answer says so",
        arguments: [
            "", "GET", "GET /a HTTP/1.1\r\nHost: a\r\n\r",
        ])
    func beforeARequest(beginning: String) throws {
        var connection = Connection()
        connection.receive(beginning)
        #expect(connection.machine.isIdle == beginning.isEmpty)
        connection.machine.drain()
        connection.receive(Array(Self.get.utf8)[beginning.utf8.count...])
        #expect(connection.requests.count == 1)
        #expect(try Answers.all(connection.text).map { $0["connection"] } == ["close"])
        #expect(connection.isClosed)
    }

    @Test("a body that is under way is read, and handled")
    func body() throws {
        var connection = Connection()
        connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        connection.machine.drain()
        connection.receive("llo" + Self.get)
        #expect(connection.requests.map(\.text) == ["hello"])
        #expect(try Answers.all(connection.text).map { $0["connection"] } == ["close"])
        #expect(connection.hasEndedOutput, "the second request is dropped")
    }

    @Test("a handler that is under way is waited for")
    func handler() throws {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get + Self.get)
        connection.machine.drain()
        #expect(connection.machine.awaitsAnswer(to: 1))
        connection.answer("done")
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.body) == ["done"])
        #expect(answers.map { $0["connection"] } == ["close"])
        #expect(connection.requests.count == 1)
        #expect(connection.hasEndedOutput)
    }

    @Test("an answer that is under way is sent, and the connection ends")
    func answer() {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        connection.write("done")
        connection.machine.drain()
        #expect(!connection.isClosed)
        connection.sent()
        #expect(connection.isClosed)
    }

    @Test("a stream goes on to its end, and the connection ends")
    func stream() throws {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(Self.get)
        _ = try connection.beginStream()
        connection.machine.drain()
        connection.stream("x")
        connection.endStream()
        #expect(!connection.isClosed)
        connection.sent()
        #expect(connection.isClosed)
        #expect(try Answers.all(connection.text).map(\.body) == ["x"])
    }

    @Test("an idle connection is idle still, and a refusal ends it")
    func idle() {
        var connection = Connection()
        connection.receive(Self.get)
        connection.machine.drain()
        #expect(connection.machine.isIdle)
        #expect(connection.machine.wantsInput)
        connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.bodyRoom = 0
        connection.receive("1\r\nx\r\n0\r\n\r\n")
        #expect(connection.refusals.map(\.status) == [503])
        #expect(connection.isClosed)
    }
}

import HTTPMessages
import Testing

@testable import HTTPWire

@Suite("What a client sends", .timeLimit(.minutes(5)))
struct ReadingTests {
    @Test("a request that comes a byte at a time is whole when the handler gets it")
    func byteByByte() {
        var connection = Connection()
        connection.receiveByteByByte("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello")
        #expect(connection.requests.map(\.text) == ["hello"])
    }

    @Test("2,000 requests in one piece are answered in their order")
    func pipelining() throws {
        let requests = (0..<2_000).map { "POST /\($0) HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab" }
        var connection = Connection()
        connection.receive(requests.joined())
        #expect(connection.machine.requestNumber == 2_000)
        let answers = try Answers.all(connection.text)
        #expect(answers.map(\.body) == (0..<2_000).map { "POST /\($0) ab" })
        #expect(connection.machine.isIdle)
    }

    @Test("requests that wait are not moved for each that is answered")
    func noQuadraticCopying() throws {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        var machine = RequestMachine(limits: .tests(), now: 0)
        var output: [UInt8] = []
        let all = Array(String(repeating: request, count: 2_000).utf8)
        _ = machine.received(all[...], now: 0, bodyRoom: .max, output: &output)
        var places: Set<Int> = []
        var count = 1
        while !machine.pending.isEmpty {
            places.insert(machine.pending.withUnsafeBytes { Int(bitPattern: $0.baseAddress) })
            #expect(machine.pending.count - machine.pendingStart == all.count - count * request.utf8.count)
            _ = try machine.answer(ResponseHead(status: .ok), date: Connection.date, now: 0, output: &output)
            _ = machine.sent(now: 0, bodyRoom: 0, output: &output)
            count += 1
        }
        #expect(count == 2_000)
        #expect(places.count == 1)
    }

    @Test("what a client sends ahead counts as held, until it is handled")
    func ahead() {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        let size = request.utf8.count
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive(String(repeating: request, count: 3) + "GET /b")
        for count in [2, 1, 0] {
            #expect(connection.machine.bufferedBytes == count * size + 6)
            #expect(connection.machine.bufferedBodyBytes == 0)
            connection.answer()
        }
        #expect(connection.machine.bufferedBytes == 6)
        connection.endInput()
        #expect(connection.machine.bufferedBytes == 0)
    }

    @Test("without room, what a client sends ahead is dropped, and its current request is answered as the last one")
    func aheadWithoutRoom() throws {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        for room in [0, request.utf8.count - 1, request.utf8.count] {
            var connection = Connection()
            connection.bodyRoom = room
            connection.receive(request + request)
            let answers = try Answers.all(connection.text)
            let isTaken = room == request.utf8.count
            #expect(answers.map(\.status) == (isTaken ? [200, 200] : [200]))
            #expect(answers.last?["connection"] == (isTaken ? nil : "close"))
            #expect(connection.hasEndedOutput == !isTaken, "the client comes to read its answer")
            #expect(connection.machine.bufferedBytes == 0)
            #expect(connection.refusals.isEmpty)
        }
    }

    @Test("without room, a part of a head is refused, and a whole request taken")
    func headWithoutRoom() {
        var connection = Connection()
        connection.bodyRoom = 5
        connection.receive("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.requests.count == 1)
        connection.receive("GET /")
        #expect(connection.refusals.isEmpty)
        connection.receive("longer")
        #expect(connection.refusals.map(\.reason) == [.overloaded])
        #expect(connection.machine.bufferedBytes == 0)
    }

    @Test("what was used is not kept while the rest of a head is waited for")
    func notKeptLonger() {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        var connection = Connection()
        connection.receive(String(repeating: request, count: 1_000) + "GET /b")
        #expect(connection.requests.count == 1_000)
        #expect(connection.machine.pending.elementsEqual("GET /b".utf8))
        #expect(connection.machine.pendingStart == 0)
        connection.receive(" HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.requests.last?.head.target.path == "/b")
    }

    @Test("a second request waits until the first is answered, and nothing is read meanwhile")
    func oneAfterTheOther() {
        var connection = Connection()
        connection.answersAtOnce = false
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        connection.receive(request + request + "GET /b")
        #expect(connection.requests.count == 1)
        #expect(!connection.machine.wantsInput)
        #expect(connection.machine.awaitsAnswer(to: 1))
        #expect(!connection.machine.awaitsAnswer(to: 2))
        connection.write("x")
        #expect(!connection.machine.wantsInput)
        #expect(!connection.machine.awaitsAnswer(to: 1))
        connection.sent()
        #expect(connection.requests.count == 2)
        #expect(connection.machine.awaitsAnswer(to: 2))
        connection.answer()
        #expect(connection.machine.wantsInput)
        #expect(!connection.machine.isIdle, "a part of a third is there")
        connection.receive(" HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.requests.map(\.head.target.path) == ["/a", "/a", "/b"])
    }

    @Test("nothing is seen of what comes behind a request that ends the connection")
    func behindTheEnd() {
        var connection = Connection()
        let request = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
        connection.receive("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + request)
        #expect(connection.requests.count == 1)
        #expect(connection.hasEndedOutput, "the client comes to read its answer before it is cut off")
        connection.receive(request)
        #expect(connection.requests.count == 1)
        connection.endInput()
        #expect(connection.isClosed)
        connection.receive(request)
        #expect(connection.requests.count == 1)
    }

    @Test("what comes behind the end is not kept")
    func notKept() {
        var machine = RequestMachine(limits: .tests(), now: 0)
        var output: [UInt8] = []
        _ = machine.inputEnded()
        let action = machine.received([71, 69, 84], now: 0, bodyRoom: 0, output: &output)
        guard case .wait = action else {
            Issue.record("\(action)")
            return
        }
        #expect(machine.pending.isEmpty)
    }

    @Test("what lingers is dropped up to a bound", arguments: [1, 1_000, 1 << 19, 1 << 20, 1 << 24])
    func lingering(size: Int) {
        var connection = Connection()
        connection.receive("malformed\r\n\r\n")
        #expect(connection.hasEndedOutput)
        let piece = [UInt8](repeating: 120, count: size)
        var count = 0
        while !connection.isClosed, count <= RequestLimits.swallowedBytes {
            #expect(connection.machine.wantsInput)
            connection.receive(piece[...])
            count += size
            if size == 1, count == 1_000 { break }
        }
        #expect(connection.isClosed == (size > 1))
        #expect(count < RequestLimits.swallowedBytes + size + 1)
    }

    @Test(
        "large heads in one piece are all answered", arguments: [(1, 1), (1, 3_000), (1, 7_900), (31, 250), (60, 60)])
    func largePipelinedHeads(fields: Int, width: Int) throws {
        let lines = (0..<fields).map { "X\($0): \(String(repeating: "y", count: width))\r\n" }.joined()
        let request = "POST /a HTTP/1.1\r\nHost: test\r\n\(lines)Content-Length: 5\r\n\r\nhello"
        var connection = Connection()
        connection.receive(String(repeating: request, count: 40))
        #expect(connection.requests.map(\.text) == Array(repeating: "hello", count: 40))
        #expect(connection.requests.allSatisfy { $0.head.headers.count == fields + 2 })
    }
}

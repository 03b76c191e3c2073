import BoltWire
import Testing

@Suite("A connection")
struct ConnectionMachineTests {
    private let now = Connected.now

    @Test("HELLO and LOGON go out in one write with the choice of a version")
    func greeting() throws {
        var machine = Connected.machine()
        #expect(machine.stage == "the handshake")
        try machine.received(hex("000001FF 01 00000805 00"), at: now)
        let bytes = machine.take()
        #expect(bytes.prefix(5) == hex("00000805 00")[...])
        var decoder = MessageDecoder(version: BoltVersion(5, 8))
        decoder.append(Array(bytes.dropFirst(5)))
        #expect(try decoder.nextMessage()?.tag == 0x01)
        #expect(try decoder.nextMessage()?.tag == 0x6A)
        #expect(machine.stage == "the answer to HELLO")
        #expect(!machine.isOpen)
        #expect(code { _ = try machine.run("X", at: now) } == .notAllowed)
        #expect(code { _ = try machine.reset(at: now) } == .notAllowed)
    }

    @Test("4.4 logs on by HELLO alone, and counts on UTC if it says so")
    func four() throws {
        let four = try Connected(BoltVersion(4, 4))
        #expect(four.machine.isIdle)
        #expect(four.machine.greeting?.countsOnUTC == false)
        let patched = try Connected(BoltVersion(4, 4), greeting: ["patch_bolt": ["utc"]])
        #expect(patched.machine.greeting?.countsOnUTC == true)
        for (var connected, tag) in [(four, UInt8(0x46)), (patched, 0x49)] {
            _ = try connected.machine.run("X", at: now) { $0.map(["t": .dateTime(BoltDateTime(seconds: 0))]) }
            #expect(connected.machine.take().contains(tag))
        }
    }

    @Test("the greeting tells the server, its hints and its address")
    func greetingContents() throws {
        var machine = Connected.machine()
        try machine.received(hex(Recording.bolt58.handshake), at: now)
        try machine.received(hex(Recording.bolt58.login), at: now)
        guard case .opened(let greeting)? = try machine.next() else {
            Issue.record("not opened")
            return
        }
        #expect(greeting == machine.greeting)
        #expect(greeting.version == BoltVersion(5, 8))
        #expect(greeting.agent == "Neo4j/5.26.0")
        #expect(greeting.connectionID.hasPrefix("bolt-"))
        #expect(greeting.receiveTimeout == .seconds(120))
        #expect(greeting.routesByItself)
        #expect(!greeting.wantsTelemetry)
        #expect(greeting.advertisedAddress == "localhost:17687")
    }

    @Test("hints that make no sense are none", arguments: [0, -1, "2", nil, 2.5] as [BoltValue])
    func hints(seconds: BoltValue) throws {
        let connected = try Connected(greeting: ["hints": ["connection.recv_timeout_seconds": seconds]])
        #expect(connected.machine.greeting?.receiveTimeout == nil)
    }

    @Test("a refused login ends the connection, whatever follows", arguments: [true, false])
    func refused(isHello: Bool) throws {
        var machine = Connected.machine()
        try machine.received(hex("000001FF 01 00000805 00"), at: now)
        var server = MessageEncoder(version: BoltVersion(5, 8))
        if !isHello { try server.message(Response.done.structure) }
        try server.message(Response.failed.structure)
        try server.message(Response.ignored.structure)
        try machine.received(server.take(), at: now)
        #expect(try machine.next() == .refused(Response.deadlock))
        #expect(machine.hasEnded)
        #expect(try machine.next() == nil)
    }

    @Test("what is not Bolt ends the connection with the same error at each call")
    func notBolt() {
        var machine = Connected.machine()
        #expect(code { try machine.received(Array("HTTP/1.1 400".utf8), at: now) } == .notBolt)
        #expect(machine.hasEnded)
        #expect(code { _ = try machine.next() } == .notBolt)
    }

    @Test("a query has its fields, its records and its end")
    func query() throws {
        var connected = try Connected()
        let (run, pull) = try connected.query()
        #expect(
            try connected.requests() == [
                BoltStructure(0x10, ["RETURN 1 AS x", [:], [:]]), BoltStructure(0x3F, [["n": -1]]),
            ])
        #expect(connected.machine.unansweredRequests == 2)
        let events = try connected.answer(
            .running, .record([1]), .record([2]), .success(["type": "r", "bookmark": "b", "db": "neo4j"]))
        guard events.count == 4, case .succeeded(run, .running(let summary)) = events[0],
            case .succeeded(pull, .result(let end)) = events[3]
        else {
            Issue.record("\(events)")
            return
        }
        #expect(summary.fields == ["x"])
        #expect(Array(events[1...2]) == [.record([1], of: pull), .record([2], of: pull)])
        #expect(end.bookmark == "b")
        #expect(end.type == .read)
        #expect(!end.hasMore)
        #expect(connected.machine.isIdle)
    }

    @Test("records come in pages, and nothing else may be asked for in between")
    func pages() throws {
        var connected = try Connected()
        let run = try connected.machine.run("X", at: now)
        let pull = try connected.machine.pull(of: run, count: 2, at: now)
        #expect(code { _ = try connected.machine.pull(of: run, count: 2, at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.run("X", at: now) } == .notAllowed)
        #expect(try connected.answer(.running, .record([1]), .record([2]), .more).count == 4)
        #expect(code { _ = try connected.machine.run("X", at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.begin(at: now) } == .notAllowed)
        let rest = try connected.machine.discard(of: run, at: now)
        #expect(rest > pull)
        // All was asked for: the next query may go out.
        let next = try connected.query()
        let events = try connected.answer(.done, .running, .done)
        #expect(events.count == 3)
        #expect(code { _ = try connected.machine.pull(of: next.run, at: now) } == .notAllowed)
        #expect(connected.machine.isIdle)
    }

    @Test("a page that ends early ends the result")
    func shortPage() throws {
        var connected = try Connected()
        let run = try connected.machine.run("X", at: now)
        _ = try connected.machine.pull(of: run, count: 2, at: now)
        _ = try connected.answer(.running, .record([1]), .done)
        #expect(connected.machine.isIdle)
        #expect(code { _ = try connected.machine.pull(of: run, count: 2, at: now) } == .notAllowed)
    }

    @Test("a transaction goes out in one write, and its bookmark comes with COMMIT")
    func transaction() throws {
        var connected = try Connected()
        let begin = try connected.machine.begin(TransactionOptions(mode: .read), at: now)
        let (run, pull) = try connected.query()
        let commit = try connected.machine.commit(at: now)
        #expect(try connected.requests().map(\.tag) == [0x11, 0x10, 0x3F, 0x12])
        let events = try connected.answer(
            .success(["db": "neo4j"]), .running(0), .record([1]), .done, .success(["bookmark": "b"]))
        #expect(events.first == .succeeded(begin, .begun(database: "neo4j")))
        #expect(events.last == .succeeded(commit, .committed(bookmark: "b")))
        #expect(events[2] == .record([1], of: pull))
        #expect(run < pull && pull < commit)
        #expect(connected.machine.isIdle)
    }

    @Test("several results are open in a transaction, each by the server's number")
    func results() throws {
        var connected = try Connected.inTransaction()
        let one = try connected.machine.run("ONE", at: now)
        let two = try connected.machine.run("TWO", at: now)
        // The server's number of the first is not known yet, and is not needed for the last.
        #expect(code { _ = try connected.machine.pull(of: one, at: now) } == .notAllowed)
        _ = try connected.machine.pull(of: two, count: 1, at: now)
        _ = try connected.answer(.running(0), .running(1), .record([1]), .more)
        _ = try connected.requests()
        _ = try connected.machine.pull(of: one, at: now)
        _ = try connected.machine.discard(of: two, at: now)
        #expect(
            try connected.requests() == [
                BoltStructure(0x3F, [["n": -1, "qid": 0]]), BoltStructure(0x2F, [["n": -1]]),
            ])
        #expect(try connected.answer(.record([7]), .done, .done).count == 3)
        _ = try connected.machine.commit(at: now)
    }

    @Test("a transaction does not end while records are left that nobody asked for")
    func incomplete() throws {
        var connected = try Connected.inTransaction()
        let run = try connected.machine.run("X", at: now)
        #expect(code { _ = try connected.machine.commit(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.rollback(at: now) } == .notAllowed)
        _ = try connected.machine.discard(of: run, at: now)
        let rollback = try connected.machine.rollback(at: now)
        #expect(try connected.answer(.running(0), .done, .done).last == .succeeded(rollback, .done))
    }

    @Test("what the server would close the connection for is refused here")
    func notAllowed() throws {
        var connected = try Connected()
        #expect(code { _ = try connected.machine.commit(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.rollback(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.logon(.none, at: now) } == .notAllowed)
        #expect(try connected.requests().isEmpty)
        connected = try .inTransaction()
        #expect(code { _ = try connected.machine.begin(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.route(Request.Route(), at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.logoff(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.telemetry(.autoCommit, at: now) } == .notAllowed)
        let options = TransactionOptions()
        #expect(code { _ = try connected.machine.run("X", options: options, at: now) } == .notAllowed)
        #expect(try connected.requests().isEmpty)
    }

    @Test("a request that cannot be written changes nothing")
    func notWritten() throws {
        var connected = try Connected()
        #expect(
            code {
                _ = try connected.machine.run("X", at: now) {
                    $0.null(); $0.null()
                }
            } == .notEncodable)
        #expect(connected.machine.isIdle)
        #expect(try connected.requests().isEmpty)
        _ = try connected.query()
    }

    @Test("a user is logged off and another one on in one write")
    func logon() throws {
        var connected = try Connected()
        let off = try connected.machine.logoff(at: now)
        #expect(code { _ = try connected.query() } == .notAllowed)
        let on = try connected.machine.logon(.bearer("t"), at: now)
        let (run, _) = try connected.query()
        let events = try connected.answer(.done, .done, .running, .done)
        #expect(Array(events[..<2]) == [.succeeded(off, .done), .succeeded(on, .done)])
        #expect(run > on)
        #expect(connected.machine.isIdle)
    }

    @Test("a login that fails later costs the connection")
    func lateRefusal() throws {
        var connected = try Connected()
        _ = try connected.machine.logoff(at: now)
        let on = try connected.machine.logon(.bearer("t"), at: now)
        #expect(try connected.answer(.done, .failed).last == .failed(on, Response.deadlock))
        #expect(connected.machine.hasEnded)
    }

    @Test("TELEMETRY is sent only to a server that wants it")
    func telemetry() throws {
        var connected = try Connected()
        #expect(try connected.machine.telemetry(.autoCommit, at: now) == nil)
        #expect(try connected.requests().isEmpty)
        connected = try Connected(greeting: ["hints": ["telemetry.enabled": true]])
        let telemetry = try #require(try connected.machine.telemetry(.explicitTransaction, at: now))
        _ = try connected.machine.begin(at: now)
        #expect(try connected.requests().map(\.tag) == [0x54, 0x11])
        #expect(try connected.answer(.done, .done).first == .succeeded(telemetry, .done))
    }

    @Test("GOODBYE is the last word")
    func goodbye() throws {
        var connected = try Connected()
        connected.machine.goodbye()
        #expect(try connected.requests().map(\.tag) == [0x02])
        #expect(connected.machine.hasEnded)
        #expect(code { _ = try connected.query() } == .notAllowed)
        connected.machine.goodbye()
        #expect(connected.machine.bytesToSend == 0)
        var unborn = Connected.machine()
        unborn.goodbye()
        #expect(unborn.hasEnded)
        #expect(unborn.bytesToSend == 0)
    }
}

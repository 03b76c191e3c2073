import BoltWire
import Testing

@Suite("Failures on a connection")
struct FailureTests {
    private let now = Connected.now

    @Test("each request behind a failure learns the first reason, in order, and a RESET makes the connection usable")
    func ignored() throws {
        var connected = try Connected()
        let first = try connected.query()
        let second = try connected.query()
        let third = try connected.query()
        let events = try connected.answer(.running, .done, .running, .failed, .ignored, .ignored)
        #expect(
            Array(events[3...]) == [
                .failed(second.pull, Response.deadlock), .ignored(third.run, because: Response.deadlock),
                .ignored(third.pull, because: Response.deadlock),
            ])
        #expect(first.pull < second.run)
        #expect(connected.machine.isFailed)
        #expect(code { _ = try connected.query() } == .notAllowed)
        _ = try connected.requests()
        let reset = try connected.machine.reset(at: now)
        // The server has not answered, but will be ready: what follows may go out with it.
        let again = try connected.query()
        #expect(try connected.requests().map(\.tag) == [0x0F, 0x10, 0x3F])
        let answers = try connected.answer(.done, .running, .record([1]), .done)
        #expect(answers.first == .succeeded(reset, .done))
        #expect(answers[2] == .record([1], of: again.pull))
        #expect(connected.machine.isIdle)
    }

    @Test("a RESET may be sent before the rest is known to be ignored")
    func earlyReset() throws {
        var connected = try Connected()
        _ = try connected.query()
        let second = try connected.query()
        #expect(try connected.answer(.failed).count == 1)
        let reset = try connected.machine.reset(at: now)
        let third = try connected.query()
        let events = try connected.answer(.ignored, .ignored, .ignored, .done, .running, .failed)
        #expect(events[1] == .ignored(second.run, because: Response.deadlock))
        #expect(events[3] == .succeeded(reset, .done))
        #expect(events[5] == .failed(third.pull, Response.deadlock))
        #expect(connected.machine.isFailed)
    }

    @Test("a failure in a transaction ends it", arguments: 0..<4)
    func transaction(place: Int) throws {
        var connected = try Connected()
        _ = try connected.machine.begin(at: now)
        _ = try connected.query()
        let commit = try connected.machine.commit(at: now)
        var answers: [Response] = [.done, .running(0), .done]
        answers = Array(answers[..<place]) + [.failed] + [Response](repeating: .ignored, count: 3 - place)
        let events = try connected.answer(answers)
        if place < 3 {
            #expect(events.last == .ignored(commit, because: Response.deadlock))
        } else {
            #expect(events.last == .failed(commit, Response.deadlock))
        }
        _ = try connected.machine.reset(at: now)
        #expect(try connected.answer(.done).count == 1)
        #expect(connected.machine.isIdle)
    }

    @Test("BEGIN and LOGOFF wait for what may fail: behind a failure Neo4j answers them by closing the connection")
    func begin() throws {
        var connected = try Connected()
        _ = try connected.query()
        #expect(code { _ = try connected.machine.begin(at: now) } == .notAllowed)
        #expect(code { _ = try connected.machine.logoff(at: now) } == .notAllowed)
        _ = try connected.answer(.running, .done)
        _ = try connected.machine.begin(at: now)
        _ = try connected.machine.commit(at: now)
        #expect(code { _ = try connected.machine.begin(at: now) } == .notAllowed)
        // A query in a transaction of its own would only be ignored.
        _ = try connected.query()
    }

    @Test("a request that is refused in place of being ignored costs the connection, and the reason stays the first")
    func closing() throws {
        var connected = try Connected()
        let one = try connected.query()
        let invalid = BoltFailure(code: "Neo.ClientError.Request.Invalid", message: "READY")
        let events = try connected.answer(.failed, .failure(invalid))
        #expect(events == [.failed(one.run, Response.deadlock), .failed(one.pull, invalid)])
        #expect(connected.machine.hasEnded)
    }

    @Test("a message that the server finds invalid costs the connection")
    func invalid() throws {
        var connected = try Connected()
        let (run, _) = try connected.query()
        let invalid = BoltFailure(code: "Neo.ClientError.Request.Invalid", message: "Unexpected struct tag: 0x4E")
        #expect(try connected.answer(.failure(invalid)) == [.failed(run, invalid)])
        #expect(connected.machine.hasEnded)
        #expect(connected.machine.end().map(\.name) == ["PULL"])
    }

    @Test(
        "a RESET that is answered with anything but success ends the connection",
        arguments: [
            Response.failed, .ignored, .record([1]),
        ])
    func resetFails(answer: Response) throws {
        var connected = try Connected()
        _ = try connected.machine.reset(at: now)
        #expect(code { _ = try connected.answer(answer) } == .unexpected)
        #expect(connected.machine.hasEnded)
        #expect(code { _ = try connected.machine.next() } == .unexpected)
    }

    @Test("a RESET does not cancel what counts, unless that is wanted")
    func resetCancels() throws {
        var connected = try Connected()
        let (run, pull) = try connected.query()
        #expect(code { _ = try connected.machine.reset(at: now) } == .notAllowed)
        let reset = try connected.machine.reset(cancelling: true, at: now)
        let events = try connected.answer(.ignored, .ignored, .done)
        #expect(events == [.ignored(run, because: nil), .ignored(pull, because: nil), .succeeded(reset, .done)])
        #expect(connected.machine.isIdle)
    }

    @Test("a RESET that comes while records are sent ends them with a failure, and the connection stays")
    func resetDuringRecords() throws {
        var connected = try Connected()
        let (_, pull) = try connected.query()
        _ = try connected.machine.reset(cancelling: true, at: now)
        let terminated = BoltFailure(code: "Neo.ClientError.Transaction.Terminated", message: "")
        let events = try connected.answer(.running, .record([1]), .failure(terminated), .done)
        #expect(events[2] == .failed(pull, terminated))
        #expect(connected.machine.isIdle)
        _ = try connected.query()
        #expect(try connected.answer(.running, .record([2]), .done).count == 3)
    }

    @Test("a result does not outlive a RESET")
    func resultsEnd() throws {
        var connected = try Connected.inTransaction()
        let run = try connected.machine.run("X", at: now)
        _ = try connected.answer(.running(0))
        _ = try connected.machine.reset(at: now)
        #expect(code { _ = try connected.machine.pull(of: run, at: now) } == .notAllowed)
        _ = try connected.machine.begin(at: now)
        #expect(code { _ = try connected.machine.pull(of: run, at: now) } == .notAllowed)
        #expect(try connected.answer(.done, .done).count == 2)
        _ = try connected.machine.commit(at: now)
    }

    @Test("an ignored request without a reason asks for a RESET")
    func interrupted() throws {
        var connected = try Connected()
        let (run, _) = try connected.query()
        #expect(try connected.answer(.ignored) == [.ignored(run, because: nil)])
        #expect(connected.machine.isFailed)
        #expect(try connected.answer(.ignored).count == 1)
        _ = try connected.machine.reset(at: now)
    }

    @Test(
        "what a server may not send ends the connection",
        arguments: [
            // Nothing was asked for.
            ([], [Response.done]), ([], [.record([1])]), ([], [.failed]), ([], [.ignored]),
            // A record before RUN is answered, and behind the end.
            ([0x10], [.record([1])]), ([0x10], [.running, .record([1, 2])]), ([0x10], [.running, .done, .record([1])]),
            // All was asked for, and more is left; success behind a failure; RUN without fields.
            ([0x10], [.running, .more]), ([0x10], [.failed, .done]), ([0x10], [.done]),
            ([0x10], [.success(["fields": [1]])]), ([0x10], [.failed, .record([1])]),
        ] as [([UInt8], [Response])])
    func unexpected(sent: [UInt8], answers: [Response]) throws {
        var connected = try Connected()
        if !sent.isEmpty { _ = try connected.query() }
        let code = code { _ = try connected.answer(answers) }
        #expect(code == .unexpected || code == .malformed)
        #expect(connected.machine.hasEnded)
    }

    @Test("a request whose answer is an error has no answer")
    func noAnswer() throws {
        var connected = try Connected()
        _ = try connected.query()
        #expect(code { _ = try connected.answer(.done) } == .malformed)
        #expect(connected.machine.end().map(\.name) == ["RUN", "PULL"])
    }

    @Test("more records than were asked for are refused")
    func tooMany() throws {
        var connected = try Connected()
        let run = try connected.machine.run("X", at: now)
        _ = try connected.machine.pull(of: run, count: 1, at: now)
        #expect(code { _ = try connected.answer(.running, .record([1]), .record([2])) } == .unexpected)
    }

    @Test("requests without an answer are told when the connection ends, and whether they may have been done")
    func end() throws {
        var connected = try Connected()
        _ = try connected.machine.run("X", options: TransactionOptions(mode: .read), at: now)
        #expect(connected.machine.end().map(\.isOutcomeUnknown) == [false])
        connected = try Connected()
        _ = try connected.query()
        #expect(connected.machine.end().map(\.isOutcomeUnknown) == [true, true])
        connected = try Connected()
        _ = try connected.machine.begin(at: now)
        _ = try connected.query()
        _ = try connected.machine.commit(at: now)
        let rest = connected.machine.end()
        #expect(rest.map(\.name) == ["BEGIN", "RUN", "PULL", "COMMIT"])
        #expect(rest.map(\.isOutcomeUnknown) == [false, false, false, true])
        #expect(connected.machine.end().isEmpty)
        #expect(connected.machine.stage == "nothing")
    }
}

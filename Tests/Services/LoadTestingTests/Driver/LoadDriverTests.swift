import EventLoops
import Events
import FileImport
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import LoadTesting

/// A server in memory: takes events, or answers as it is told.
private final class FakeServer: Sendable {
    struct State {
        var bodies: [[UInt8]] = []
        var answers: [SendAnswer.Outcome] = []
        var openFailures = 0
        var atOnce = 0
        var mostAtOnce = 0
    }

    let state = Mutex(State())
    let delay: Duration

    init(answers: [SendAnswer.Outcome] = [], openFailures: Int = 0, delay: Duration = .zero) {
        self.delay = delay
        state.withLock { ($0.answers, $0.openFailures) = (answers, openFailures) }
    }

    var bodies: [[UInt8]] { state.withLock { $0.bodies } }
}

private struct FakeSender: EventSender {
    let server: FakeServer

    func open() async throws(SendFailure) {
        let fails = server.state.withLock { state in
            state.openFailures -= 1
            return state.openFailures >= 0
        }
        if fails { throw SendFailure("refused") }
    }

    func send(_ events: [[UInt8]]) async -> SendAnswer {
        let start = MonotonicClock.nanoseconds()
        let outcome = server.state.withLock { state -> SendAnswer.Outcome in
            state.bodies += events
            state.atOnce += 1
            state.mostAtOnce = max(state.mostAtOnce, state.atOnce)
            return state.answers.isEmpty ? .accepted : state.answers.removeFirst()
        }
        if server.delay > .zero { try? await Task.sleep(for: server.delay) }
        server.state.withLock { $0.atOnce -= 1 }
        return SendAnswer(outcome, sentAt: start, endedAt: MonotonicClock.nanoseconds())
    }

    func close() async {}
}

@Suite("Driving a load test") struct LoadDriverTests {
    private let ledger = LedgerWriter()

    private func run(
        _ server: FakeServer, _ schedule: SendSchedule, _ source: LoadSource = .shop, connections: Int = 4,
        ledger: LedgerWriter? = nil
    ) async -> LoadResult {
        let driver = LoadDriver(
            schedule, source, LoadEvents(seed: 1, run: 2), ledger: ledger ?? self.ledger,
            executor: EventLoop(label: "test"), connectTimeout: .seconds(280), now: { .now })
        return await driver.run((0..<connections).map { _ in FakeSender(server: server) })
    }

    private func readLedger() throws -> Ledger { try Ledger(pieces: ledger.pieces, name: "l") }

    @Test("sends just the events that are asked for, over all connections at once, and notes each one")
    func counts() async throws {
        let server = FakeServer(delay: .milliseconds(2))
        let result = await run(server, SendSchedule(.events(103), .closed, batch: 10))
        #expect(result.tally.sent == 103)
        #expect(result.tally.requests == 11)
        #expect((result.offered, result.dropped) == (103, 0))
        #expect(result.failure == nil)
        #expect(server.state.withLock { $0.mostAtOnce } == 4)
        let ledger = try readLedger()
        #expect(ledger.acknowledged.count == 103)
        let sent = try server.bodies.map { try EventDecoder().decode($0, receivedAt: .now).id }
        #expect(Set(sent) == Set(ledger.acknowledged))
    }

    @Test("counts and notes what was refused and what had no answer")
    func outcomes() async throws {
        let server = FakeServer(answers: [.refused(status: 422, text: "no"), .indeterminate("gone")])
        let result = await run(server, SendSchedule(.events(10), .closed), connections: 1)
        #expect(result.tally.refused == [422: 1])
        #expect(result.tally.indeterminate == 1)
        #expect(result.tally.accepted == 8)
        let outcomes = try readLedger().attempts.map(\.outcome)
        #expect(outcomes.prefix(2) == [.refused(422), .indeterminate])
        #expect(outcomes.dropFirst(2).allSatisfy { $0 == .acknowledged })
    }

    @Test("keeps to a rate, and counts latencies from the due time while the server is slow")
    func rate() async throws {
        let server = FakeServer(delay: .milliseconds(20))
        let result = await run(
            server, SendSchedule(.events(60), .rate(200), warmUp: .time(0)), connections: 1)
        // A connection makes 50 a second, so that the last of 60 in 0.3 s comes 0.9 s late.
        #expect(result.time >= .milliseconds(1_200))
        #expect(result.tally.raw.percentile(0.5) < 200_000)
        #expect(result.tally.corrected.maximum > 700_000)
    }

    @Test("connects again until the server is there")
    func reconnects() async throws {
        let server = FakeServer(openFailures: 3)
        let result = await run(server, SendSchedule(.events(5), .closed), connections: 1)
        #expect(result.tally.accepted == 5)
        #expect(result.tally.reconnections == 1)
    }

    @Test("a cancelled task ends sending, and what is under way is waited for and noted")
    func cancellation() async throws {
        let server = FakeServer(delay: .milliseconds(50))
        let task = Task { await run(server, SendSchedule(.events(1_000_000), .rate(100))) }
        try await eventually("some are sent") { server.bodies.count >= 5 }
        task.cancel()
        let result = await task.value
        #expect(result.wasStopped)
        #expect((5..<100_000).contains(result.tally.sent))
        #expect(result.dropped == 1_000_000 - result.tally.sent)
        let ledger = try readLedger()
        #expect(ledger.attempts.count == result.tally.sent)
        #expect(ledger.acknowledged.count == result.tally.sent)
    }

    @Test("stops when the ledger cannot be written, and sends nothing that it does not hold")
    func brokenLedger() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("ledger")
        let writer = try LedgerWriter(newFile: path)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let server = FakeServer()
        let result = await run(server, SendSchedule(.events(100), .closed), ledger: writer)
        #expect(result.failure?.hasPrefix("the ledger cannot be written") == true)
        #expect(server.bodies.isEmpty)
        #expect(result.dropped == 100)
    }

    @Test("sends a recording once, in its order and at its pace, whatever a batch holds", arguments: [1, 20])
    func recording(connections: Int) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("events.csv")
        let rows = (0..<50).map { "\(1_700_000_000 + $0 * 2),\($0 + 1),7,view" }
        try ("timestamp,visitorid,itemid,event\n" + rows.joined(separator: "\n") + "\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let server = FakeServer()
        let result = await run(
            server, SendSchedule(.recording, .recorded(speed: 200), batch: 3),
            .recording(EventPages(.file(path), now: .now)), connections: connections)
        let events = try server.bodies.map { try EventDecoder().decode($0, receivedAt: .now) }
        #expect(events.map(\.userID) == (1...50).map(Int64.init))
        #expect(events.first?.time == Timestamp(microseconds: 1_700_000_000_000_000))
        #expect(result.tally.sent == 50)
        // 98 seconds of the recording.
        #expect(result.time >= .milliseconds(490))
    }

    @Test("a recording that cannot be read ends the test with the reason")
    func unreadable() async throws {
        let pages = EventPages(.file("/nowhere/events.csv"), now: .now)
        let result = await run(FakeServer(), SendSchedule(.recording, .closed), .recording(pages))
        #expect(result.failure?.contains("/nowhere/events.csv") == true)
        #expect(result.tally.sent == 0)
    }
}

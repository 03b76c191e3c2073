import Events
import LoadTesting
import Messaging
import PipelineTesting
import Stores
import Testing

@testable import App

@Suite("Waiting for what a load test has sent") struct SettlingTests {
    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let profiles = FakeProfileStore()
    private let events = (1...5).map { number in
        Event(
            id: EventID(high: 0x7000, low: UInt64(number) | 1 << 63), userID: 1, productID: 1, type: .view,
            session: "s", time: Timestamp(microseconds: Int64(number)))
    }

    private func run(
        idle: Duration = .milliseconds(50), limit: Duration = .seconds(280), spooled: Int? = nil
    ) async throws -> Settling.Outcome {
        let ledger = try Ledger(events.flatMap { $0.encoded() + [10] }, name: "l")
        let settling = Settling(
            pipeline: Pipeline(broker: broker, graph: graph, profiles: profiles),
            queues: PipelineTopology.workQueues, spooled: { spooled }, idleLimit: idle)
        return try await settling.run(ledger, atMost: limit) { _ in }
    }

    private func store(_ inGraph: ArraySlice<Event>, _ inVectors: ArraySlice<Event>) async throws {
        _ = try await graph.apply(InteractionBatch(Array(inGraph)))
        _ = try await profiles.apply(InteractionBatch(Array(inVectors)))
    }

    @Test("ends when every event is in both stores")
    func stored() async throws {
        try await store(events[...], events[...])
        let outcome = try await run(idle: .seconds(600))
        #expect(outcome.isSettled)
    }

    @Test("ends when nothing has waited for a while, and the rest is lost")
    func lost() async throws {
        try await store(events[1...], events[...])
        let outcome = try await run()
        #expect(outcome.isSettled)
        #expect(outcome.time >= .milliseconds(50))
    }

    @Test("does not end before its limit while messages wait in a queue or in the spool")
    func waiting() async throws {
        try await store(events[1...], events[...])
        #expect(try await !run(limit: .milliseconds(300), spooled: 1).isSettled)
        broker.put([Message(body: [])], into: PipelineTopology.graphQueue)
        let outcome = try await run(limit: .milliseconds(300))
        #expect(!outcome.isSettled)
        #expect(outcome.waiting == 1)
    }

    @Test("ends when what is missing is a dead letter")
    func deadLetters() async throws {
        try await store(events[1...], events[...])
        var message = Message(body: events[0].encoded())
        DeadLetterHeaders(
            queue: PipelineTopology.graphQueue, reason: .rejected, error: "no", attempts: 1, firstFailedAt: 1,
            lastFailedAt: 1, worker: "w"
        ).write(to: &message.properties.headers)
        broker.put([message], into: PipelineTopology.deadLetterQueue)
        #expect(try await run(idle: .seconds(600)).isSettled)
        let ledger = try Ledger(events.flatMap { $0.encoded() + [10] }, name: "l")
        let report = try await VerificationReport.read(
            ledger, Pipeline(broker: broker, graph: graph, profiles: profiles), shown: 20)
        #expect(report.isAccounted)
        #expect(!report.isGood)
        #expect(report.text.contains("graph: stored 4, lost 0, doubled 0, different 0, dead-lettered 1 ·"))
        #expect(report.text.contains("dead letters in place of the graph:\n  \(events[0].id)\n"))
    }

    @Test("waits for stores that are away, and tells why when they stay away")
    func away() async throws {
        try await store(events[...], events[...])
        graph.fail(with: [StoreError(.unavailable, "away"), StoreError(.unavailable, "away")])
        #expect(try await run().isSettled)
        graph.fail(with: (0..<1_000).map { _ in StoreError(.unavailable, "away") })
        await #expect(throws: StoreError.self) { try await run(limit: .milliseconds(300)) }
    }
}

import Events
import PipelineTesting
import Stores
import TestSupport
import Testing
import Workers

@Suite struct NotingSinkTests {
    private let store = FakeGraphStore()
    private let ledger = FakeArrivalLedger()
    private let failures = Recorder<Int>()
    private static let now = Timestamp(microseconds: 5)

    private func sink(at place: ArrivalPlaces) -> NotingSink {
        NotingSink(GraphSink(store), at: place, ledger, now: { Self.now }) { [failures] in failures.append($1) }
    }

    private func event(_ number: UInt64, product: Int64 = 7) -> Event {
        Event(
            id: EventID(high: 1, low: number), userID: 1, productID: product, type: .view, session: "s",
            time: Timestamp(microseconds: 1))
    }

    @Test("what the store has is noted where it is expected, and nothing else")
    func noted() async throws {
        try await ledger.expect([Arrival(event(1))], at: .all, time: Self.now)
        _ = try await sink(at: .queueGraph).write(InteractionBatch([event(1), event(2)]))
        #expect(ledger.records.map(\.arrival) == [Arrival(event(1))])
        #expect(ledger.records.map(\.arrived) == [.queueGraph])
    }

    @Test("nothing is noted of a batch that the store does not take")
    func failed() async throws {
        try await ledger.expect([Arrival(event(1))], at: .all, time: Self.now)
        store.fail(with: [StoreError(.unavailable, "away")])
        await #expect(throws: StoreError.self) { try await sink(at: .queueGraph).write(InteractionBatch([event(1)])) }
        #expect(ledger.records.map(\.arrived) == [[]])
    }

    @Test("other content from a queue is noted beside what was expected; that of a request is not")
    func otherContent() async throws {
        try await ledger.expect([Arrival(event(1))], at: .all, time: Self.now)
        _ = try await sink(at: .directGraph).write(InteractionBatch([event(1)]))
        _ = try await sink(at: .directGraph).write(InteractionBatch([event(1, product: 8)]))
        #expect(ledger.records.count == 1)
        _ = try await sink(at: .queueGraph).write(InteractionBatch([event(1, product: 8)]))
        #expect(ledger.records.count == 2)
    }

    @Test("a ledger that cannot be written is reported, and the event is written all the same")
    func ledgerFails() async throws {
        ledger.fail(with: StoreError(.unavailable, "disk full"))
        let applied = try await sink(at: .queueGraph).write(InteractionBatch([event(1), event(2)]))
        #expect(applied.inserted == 2)
        #expect(failures.entries == [2])
    }
}

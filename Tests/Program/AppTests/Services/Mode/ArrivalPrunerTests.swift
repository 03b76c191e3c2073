import Embedded
import Events
import Observability
import Platform
import Stores
import TestSupport
import Testing

@testable import App

@Suite struct ArrivalPrunerTests {
    private static let now = Timestamp(microseconds: 1_000_000_000)

    private func arrival(_ number: UInt64) -> Arrival {
        Arrival(
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: 1)))
    }

    private func pruner(_ file: ArrivalsFile) -> ArrivalPruner {
        ArrivalPruner(
            arrivals: file, kept: .seconds(100), now: { Self.now }, log: Log(now: { Self.now }, write: { _ in }))
    }

    @Test("what is older than the time to keep goes, and the rest stays")
    func old() async throws {
        let directory = try TemporaryDirectory()
        let file = ArrivalsFile(directory: directory.path)
        for age in [50, 99, 101, 200] as [Int64] {
            try await file.expect(
                [arrival(UInt64(age))], at: .all,
                time: Timestamp(microseconds: Self.now.microseconds - age * 1_000_000))
        }
        #expect(try await pruner(file).prune() == 2)
        let ledger = try #require(try await file.reading())
        let records = try await ledger.records(since: Timestamp(microseconds: 0), after: nil, limit: 10)
        #expect(records.map(\.arrival) == [arrival(50), arrival(99)])
        await file.close()
    }

    @Test("where nothing was noted, nothing is created")
    func nothing() async throws {
        let directory = try TemporaryDirectory()
        let file = ArrivalsFile(directory: directory.path)
        #expect(try await pruner(file).prune() == 0)
        try await file.note([arrival(1)], at: .queueGraph, time: Self.now)
        #expect(try await file.reading() as? EmbeddedArrivalLedger == nil)
        #expect(!FileSystem.exists(directory.file(EmbeddedArrivalLedger.fileName)))
    }

    @Test("a process finds the ledger that another one creates while it runs")
    func foundLater() async throws {
        let directory = try TemporaryDirectory()
        let (api, worker) = (ArrivalsFile(directory: directory.path), ArrivalsFile(directory: directory.path))
        try await worker.note([arrival(1)], at: .queueGraph, time: Self.now)
        try await api.expect([arrival(1)], at: .all, time: Self.now)
        try await worker.note([arrival(1)], at: .queueGraph, time: Self.now)
        let records = try await api.reading()?.records(since: Timestamp(microseconds: 0), after: nil, limit: 10)
        #expect(records?.map(\.arrived) == [.queueGraph])
        await worker.close()
        await api.close()
    }
}

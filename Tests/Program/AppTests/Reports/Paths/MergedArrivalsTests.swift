import Embedded
import Events
import Stores
import TestSupport
import Testing

@testable import App

@Suite struct MergedArrivalsTests {
    private func arrival(_ number: UInt64) -> Arrival {
        Arrival(
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: 1)))
    }

    @Test("ledgers of two machines are one, page by page", arguments: [1, 3, 100])
    func merged(limit: Int) async throws {
        let (here, there) = (try TemporaryDirectory(), try TemporaryDirectory())
        let api = try await EmbeddedArrivalLedger.open(directory: here.path)
        let worker = try await EmbeddedArrivalLedger.open(directory: there.path, notesAll: true)
        let time = Timestamp(microseconds: 10)
        for number in 1...20 as ClosedRange<UInt64> {
            if number % 3 != 0 { try await api.expect([arrival(number)], at: .all, time: time) }
            if number % 5 != 0 {
                try await worker.note([arrival(number)], at: .queueGraph, time: Timestamp(microseconds: 20))
            }
        }
        let both = MergedArrivals([api, worker])
        var found: [ArrivalRecord] = []
        while true {
            let page = try await both.records(
                since: Timestamp(microseconds: 0), after: found.last?.arrival, limit: limit)
            if page.isEmpty { break }
            found += page
        }
        #expect(found.map(\.arrival) == (1...20 as ClosedRange<UInt64>).filter { $0 != 15 }.map { arrival($0) })
        for record in found {
            let number = record.arrival.id.low
            #expect(record.expected == (number % 3 != 0 ? .all : []))
            #expect(record.arrived == (number % 5 != 0 ? .queueGraph : []))
        }
        #expect(try await both.latest(at: .queueGraph) == Timestamp(microseconds: 20))
        await worker.close()
        await api.close()
    }
}

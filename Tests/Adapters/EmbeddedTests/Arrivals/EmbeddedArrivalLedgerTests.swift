import Embedded
import Events
import Stores
import TestSupport
import Testing

@Suite struct EmbeddedArrivalLedgerTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func withLedger(
        notesAll: Bool = false, _ body: (EmbeddedArrivalLedger) async throws -> Void
    ) async throws {
        let ledger = try await EmbeddedArrivalLedger.open(directory: directory.path, notesAll: notesAll)
        try await body(ledger)
        await ledger.close()
    }

    private func arrival(_ number: UInt64, product: Int64 = 7) -> Arrival {
        Arrival(
            Event(
                id: EventID(high: 1 << 63 | 1, low: number), userID: 1, productID: product, type: .view, session: "s",
                time: Timestamp(microseconds: 1)))
    }

    private func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    private func all(_ ledger: EmbeddedArrivalLedger, since: Timestamp? = nil) async throws -> [ArrivalRecord] {
        try await ledger.records(since: since ?? at(0), after: nil, limit: 1_000)
    }

    @Test("expected events collect the places where they arrive, also after the file is opened again")
    func places() async throws {
        try await withLedger { ledger in
            try await ledger.expect([arrival(1), arrival(2)], at: .all, time: at(10))
            try await ledger.note([arrival(1)], at: .directGraph, time: at(11))
            try await ledger.note([arrival(1), arrival(2)], at: .queueVectors, time: at(12))
        }
        try await withLedger { ledger in
            try await ledger.note([arrival(1)], at: .queueGraph, time: at(13))
            try await ledger.note([arrival(1)], at: .queueGraph, time: at(14))
            #expect(
                try await all(ledger) == [
                    ArrivalRecord(
                        arrival(1), time: at(10), expected: .all, arrived: [.directGraph, .queueGraph, .queueVectors]),
                    ArrivalRecord(arrival(2), time: at(10), expected: .all, arrived: .queueVectors),
                ])
        }
    }

    @Test("events that nobody expects are passed over, unless all are to be noted")
    func unexpected() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.awaits([arrival(1).id]).isEmpty)
            try await ledger.note([arrival(1)], at: .queueGraph, time: at(10))
            #expect(try await all(ledger).isEmpty)
            try await ledger.expect([arrival(2)], at: .all, time: at(10))
            #expect(try await ledger.awaits([arrival(1).id, arrival(2).id]) == [arrival(2).id])
            #expect(try await ledger.prune(before: at(11), limit: 10) == 1)
        }
        try await withLedger(notesAll: true) { ledger in
            #expect(try await ledger.awaits([arrival(1).id]) == [arrival(1).id])
            try await ledger.note([arrival(1)], at: .queueGraph, time: at(10))
            #expect(try await all(ledger) == [ArrivalRecord(arrival(1), time: at(10), arrived: .queueGraph)])
        }
    }

    @Test("other content of an expected event stands beside it, with its time")
    func otherContent() async throws {
        try await withLedger { ledger in
            try await ledger.expect([arrival(1)], at: .all, time: at(10))
            try await ledger.note([arrival(1, product: 8)], at: .queueGraph, time: at(90))
            let records = try await all(ledger)
            #expect(records.count == 2)
            #expect(records.allSatisfy { $0.time == at(10) })
            #expect(Set(records.map(\.arrival)) == [arrival(1), arrival(1, product: 8)])
        }
    }

    @Test("a refusal is noted, and forgotten when the event is sent again")
    func refused() async throws {
        try await withLedger { ledger in
            try await ledger.expect([arrival(1)], at: .all, time: at(10))
            try await ledger.refuse([arrival(1), arrival(2)])
            #expect(try await all(ledger).map(\.isRefused) == [true])
            try await ledger.expect([arrival(1)], at: .all, time: at(20))
            #expect(try await all(ledger).map(\.isRefused) == [false])
            #expect(try await all(ledger).map(\.time) == [at(10)])
        }
    }

    @Test("pages go through all records in the order of ids, each once")
    func pages() async throws {
        try await withLedger { ledger in
            let arrivals = (1...25 as ClosedRange<UInt64>).map { arrival($0) }
            try await ledger.expect(arrivals.reversed(), at: .all, time: at(10))
            try await ledger.expect([arrival(30)], at: .all, time: at(5))
            var found: [Arrival] = []
            while true {
                let page = try await ledger.records(since: at(10), after: found.last, limit: 7)
                if page.isEmpty { break }
                found += page.map(\.arrival)
            }
            #expect(found == arrivals)
        }
    }

    @Test("the latest event of a place is found")
    func latest() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.latest(at: .queueGraph) == nil)
            for number in 1...3 as ClosedRange<UInt64> {
                try await ledger.expect([arrival(number)], at: .all, time: at(Int64(number)))
            }
            try await ledger.note([arrival(1), arrival(2)], at: .queueGraph, time: at(20))
            #expect(try await ledger.latest(at: .queueGraph) == at(2))
            #expect(try await ledger.latest(at: .queueVectors) == nil)
        }
    }

    @Test("the oldest records are pruned, at most as many at a time as asked for")
    func prune() async throws {
        try await withLedger { ledger in
            for number in 1...10 as ClosedRange<UInt64> {
                try await ledger.expect([arrival(number)], at: .all, time: at(Int64(number)))
            }
            #expect(try await ledger.prune(before: at(8), limit: 5) == 5)
            #expect(try await ledger.prune(before: at(8), limit: 5) == 2)
            #expect(try await ledger.prune(before: at(8), limit: 5) == 0)
            #expect(try await all(ledger).map(\.arrival) == [arrival(8), arrival(9), arrival(10)])
        }
    }

    @Test("two processes' worth of connections note at once, and nothing is lost")
    func severalWriters() async throws {
        try await withLedger { first in
            let second = try await EmbeddedArrivalLedger.open(directory: directory.path)
            try await first.expect((1...200 as ClosedRange<UInt64>).map { arrival($0) }, at: .all, time: at(1))
            try await withThrowingTaskGroup { group in
                for number in 1...200 as ClosedRange<UInt64> {
                    group.addTask { try await first.note([arrival(number)], at: .queueGraph, time: at(2)) }
                    group.addTask { try await second.note([arrival(number)], at: .queueVectors, time: at(2)) }
                }
                try await group.waitForAll()
            }
            #expect(try await all(first).allSatisfy { $0.arrived == EventPath.queue.places })
            await second.close()
        }
    }
}

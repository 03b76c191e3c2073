import Events
import Stores
import TestSupport
import Testing

@testable import Embedded

@Suite("Reading the embedded graph") struct GraphReadingTests {
    @Test("a page of one type looks at a bounded part of a history, and its pages together at all of it")
    func boundedPages() async throws {
        let directory = try TemporaryDirectory()
        let graph = try await EmbeddedGraphStore.open(directory: directory.path)
        // One purchase behind all that the first two pages look at.
        let count = 2 * GraphReading.reach + 500
        let events = (0..<count).map { number in
            Event(
                id: EventID(high: 1, low: UInt64(number)), userID: 1, productID: 1,
                type: number == 3 ? .purchase : .view, session: "s", time: Timestamp(microseconds: Int64(number / 2)))
        }
        _ = try await graph.apply(InteractionBatch(events))

        var query = HistoryQuery(userID: 1, limit: 50, type: .purchase)
        var pages: [HistoryPage] = []
        repeat {
            pages.append(try await graph.history(query))
            query.after = pages.last?.next
        } while query.after != nil
        #expect(pages.map(\.events.count) == [0, 0, 1])
        #expect(pages.last?.events == [events[3]])

        query = HistoryQuery(userID: 1, limit: count, type: .view)
        let first = try await graph.history(query)
        #expect(first.events.count == GraphReading.reach, "what it looked at has nothing else")
        query.type = nil
        #expect(try await graph.history(query).events.count == count, "a page of all types has no such bound")
        await graph.close()
    }
}

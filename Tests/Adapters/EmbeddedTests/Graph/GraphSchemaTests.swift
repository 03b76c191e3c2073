import Events
import SQLite
import Stores
import TestSupport
import Testing

@testable import Embedded

@Suite("The schema of the graph")
struct GraphSchemaTests {
    @Test("takes in events of before the column that says what was filled in, and does not compare that")
    func migration() async throws {
        let directory = try TemporaryDirectory()
        let event = Event(
            id: EventID(high: 1, low: 2), userID: 1, productID: 2, type: .cart, session: "s",
            time: Timestamp(microseconds: 1_700_000_000_000_000), price: 1.5)
        let before = try await StoreDatabase.open(
            "graph.sqlite", in: directory.path, applicationID: GraphSchema.applicationID,
            migrations: Array(GraphSchema.migrations.prefix(1)), reserve: nil)
        try await before.write { connection in
            try connection.run(
                "INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL)", event.userID,
                event.time.microseconds, event.id.highColumn, event.id.lowColumn, event.type.column, event.productID,
                event.session, event.price)
            try connection.run("UPDATE totals SET users = 1, products = 1")
            try connection.run("INSERT INTO totals_by_type VALUES (?, 1)", event.type.column)
        }
        await before.close()

        let graph = try await EmbeddedGraphStore.open(directory: directory.path)
        #expect(try await graph.history(HistoryQuery(userID: 1, limit: 9)).events == [event])
        var again = event
        again.time.microseconds += 1
        again.session = "t"
        again.defaulted = .eventTime
        #expect(
            try await graph.apply(InteractionBatch([again])) == AppliedBatch(inserted: 0, alreadyPresent: 1))
        again.price = 2
        #expect(try await graph.apply(InteractionBatch([again])).conflicts.map(\.event) == [again])
        again.id = EventID(high: 3, low: 4)
        #expect(try await graph.apply(InteractionBatch([again])).inserted == 1)
        #expect(try await graph.stored([again.id])[again.id] == StoredEvent(again))
        #expect(try await graph.statistics().interactions == 2)
        await graph.close()
    }
}

import Events
import Glibc
import PipelineTesting
import SQLite
import Stores
import Synchronization
import TestSupport
import Testing

@testable import Embedded

@Suite("Co-views of a data folder of before", .timeLimit(.minutes(5))) struct CoViewBackfillTests {
    private let directory: TemporaryDirectory
    private static let products = Array(Int64(0)...21)

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Some steps' worth of interactions, of users who share sessions.
    private func events(_ range: Range<UInt64>) -> [Event] {
        var random = SeededGenerator(seed: range.lowerBound + 1)
        return range.map { number in
            var event = Event(
                id: EventID(high: random.next(), low: number), userID: .random(in: 1...6, using: &random),
                productID: .random(in: 1...20, using: &random),
                type: [.view, .view, .cart, .removeFromCart].randomElement(using: &random) ?? .view,
                session: "s-\(Int.random(in: 0..<900, using: &random))",
                time: Timestamp(microseconds: .random(in: 0...2_000, using: &random)))
            event.categoryCode = [nil, "", "shoes", "hats"].randomElement(using: &random) ?? nil
            event.brand = [nil, "", "acme"].randomElement(using: &random) ?? nil
            return event
        }
    }

    private func openDatabase(version: Int) async throws -> StoreDatabase {
        try await StoreDatabase.open(
            "graph.sqlite", in: directory.path, applicationID: GraphSchema.applicationID,
            migrations: Array(GraphSchema.migrations.prefix(version)), reserve: nil)
    }

    /// Writes a graph as the version before co-views did.
    private func writeOld(_ events: [Event]) async throws {
        let database = try await openDatabase(version: 3)
        try await database.write { connection in
            for event in events {
                try connection.run(
                    "INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, NULL, 0)", event.userID,
                    event.time.microseconds, event.id.highColumn, event.id.lowColumn, event.type.column,
                    event.productID, event.session, event.brand, event.categoryCode)
                try connection.run("INSERT OR IGNORE INTO users VALUES (?)", event.userID)
                try connection.run("INSERT OR IGNORE INTO products VALUES (?)", event.productID)
            }
            try connection.run("UPDATE totals SET users = (SELECT count(*) FROM users)")
            try connection.run("UPDATE totals SET products = (SELECT count(*) FROM products)")
            try connection.run(
                "INSERT INTO totals_by_type SELECT type, count(*) FROM interactions GROUP BY type")
        }
        await database.close()
    }

    @Test("the first opening takes in the interactions of before, and tells how far it is")
    func migration() async throws {
        let old = events(0..<5_000)
        try await writeOld(old)
        let reports = Mutex<[CoViewProgress?]>([])
        let graph = try await EmbeddedGraphStore.open(directory: directory.path) { progress in
            reports.withLock { $0.append(progress) }
        }
        await graph.finishBackfill()
        let seen = reports.withLock { $0 }
        #expect(seen == [CoViewProgress(done: 2_000, total: 5_000), CoViewProgress(done: 4_000, total: 5_000), nil])
        try await CoViewConformanceCase.check(graph, answersOver: old, users: Array(0...7), products: Self.products)
        await graph.close()
        let again = try await EmbeddedGraphStore.open(directory: directory.path) { _ in
            Issue.record("nothing is left to do")
        }
        await again.finishBackfill()
        await again.close()
    }

    @Test("where it was broken off, the next opening goes on, whatever was written or erased in between")
    func interruption() async throws {
        let old = events(0..<7_000)
        try await writeOld(old)
        let database = try await openDatabase(version: GraphSchema.migrations.count)
        // As if the process had been killed after the first step, and again after the second, with work in between.
        #expect(try await database.write { try CoViewBackfill.step($0) } == CoViewProgress(done: 2_000, total: 7_000))
        let added = events(7_000..<7_600)
        let batch = InteractionBatch(added)
        #expect(
            try await database.write { connection in
                var writing = GraphWriting(connection)
                return try writing.apply(batch)
            }.inserted == added.count)
        for user in [Int64(1), 5] {
            _ = try await database.write { connection in
                try GraphErasing(connection: connection).erase(
                    userID: user, receivedUntil: Timestamp(microseconds: 1_000_000))
            }
        }
        _ = try await database.write { try CoViewBackfill.step($0) }
        await database.close()

        // Several processes take part in the rest.
        let stores = [
            try await EmbeddedGraphStore.open(directory: directory.path),
            try await EmbeddedGraphStore.open(directory: directory.path),
        ]
        for store in stores { await store.finishBackfill() }
        let rest = (old + added).filter { $0.userID != 1 && $0.userID != 5 }
        try await CoViewConformanceCase.check(
            stores[0], answersOver: rest, users: Array(0...7), products: Self.products)
        for store in stores { await store.close() }
    }

    @Test("after kill -9 of a process that writes, the answers are those over what is stored")
    func killed() async throws {
        for round in 1...3 {
            let process = try HelperProcess(testing: "embedded", ["visits", directory.path, "\(round)"])
            for _ in 0..<20 { _ = await process.nextLine() }
            process.send(signal: SIGKILL)
            #expect(await process.exit() == .signal(SIGKILL))
            let graph = try await EmbeddedGraphStore.open(directory: directory.path)
            var stored: [Event] = []
            for user in Int64(1)...6 {
                stored += try await graph.history(HistoryQuery(userID: user, limit: 100_000)).events
            }
            #expect(stored.count >= 20 * round)
            try await CoViewConformanceCase.check(
                graph, answersOver: stored, users: Array(0...7), products: Self.products)
            await graph.close()
        }
    }
}

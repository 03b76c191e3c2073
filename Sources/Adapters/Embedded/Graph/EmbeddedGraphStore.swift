package import Events
package import Platform
import SQLite
package import Stores

/// The graph in one SQLite file, `graph.sqlite` of the data folder. Several processes may have it open; safe to use
/// from any task.
package struct EmbeddedGraphStore: GraphStore {
    let database: StoreDatabase
    private let backfill: Task<Void, Never>

    /// Opens the graph in the folder `directory`; creates both if they do not exist.
    ///
    /// In a data folder of a version without co-views, the interactions of before are taken into them from then on, some
    /// at a time, beside other work; a later opening goes on where this one has ended.
    ///
    /// - Parameters:
    ///   - reserve: Of the disk of the folder; nothing is written while it is released.
    ///   - onProgress: Is called as the interactions of before are taken in, with nil at the end, from any thread; never
    ///     if there is nothing to do.
    /// - Throws: `.unavailable` if the file cannot be opened or belongs to another program, `.corrupt` if it is
    ///   damaged.
    package static func open(
        directory: String, reserve: DiskReserve? = nil,
        onProgress: @escaping @Sendable (CoViewProgress?) -> Void = { _ in }
    ) async throws(StoreError) -> EmbeddedGraphStore {
        let database = try await StoreDatabase.open(
            "graph.sqlite", in: directory, applicationID: GraphSchema.applicationID,
            migrations: GraphSchema.migrations, reserve: reserve)
        return EmbeddedGraphStore(
            database: database, backfill: Task { await CoViewBackfill.run(in: database, onProgress) })
    }

    /// Waits until all interactions are in the co-views, or until they cannot be taken in now.
    func finishBackfill() async {
        await backfill.value
    }

    /// Writes the new events. See ``GraphStore``.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        guard !batch.isEmpty else { return AppliedBatch(inserted: 0, alreadyPresent: 0) }
        return try await database.write { connection in
            var writing = GraphWriting(connection)
            return try writing.apply(batch)
        }
    }

    /// Reads one range of the table. See ``GraphStore``.
    package func history(_ query: HistoryQuery) async throws(StoreError) -> HistoryPage {
        try await database.read { try GraphReading(connection: $0).history(query) }
    }

    /// Reads totals that every write updates. See ``GraphStore``.
    package func statistics() async throws(StoreError) -> GraphStatistics {
        try await database.read { try GraphReading(connection: $0).statistics() }
    }

    /// See ``GraphStore``.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        try await database.read { try $0.occurrences(of: ids) }
    }

    /// See ``GraphStore``.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try await database.read { connection in
            var found: [EventID: StoredEvent] = [:]
            for id in Set(ids) { found[id] = try connection.storedInGraph(id) }
            return found
        }
    }

    /// Looks at the whole graph, once. See ``GraphStore``.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        try await database.write { connection in
            try GraphErasing(connection: connection).erase(userID: userID, receivedUntil: time)
        }
    }

    /// See ``GraphStore``.
    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try await database.read { try Tombstones(connection: $0).read(of: users) }
    }

    /// See ``GraphStore``.
    package func checkWriting() async throws(StoreError) {
        try await database.checkWriting()
    }

    /// See ``GraphStore``.
    package func close() async {
        backfill.cancel()
        await backfill.value
        await database.close()
    }
}

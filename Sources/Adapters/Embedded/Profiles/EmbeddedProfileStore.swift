package import Events
package import Platform
import SQLite
package import Stores
import Synchronization

/// Vectors and profiles in one SQLite file, `profiles.sqlite` of the data folder, with exact search. Several processes
/// may have it open; safe to use from any task.
package final class EmbeddedProfileStore: ProfileStore {
    /// Users whose profiles are recomputed in one transaction: other writers need their turn in between.
    static let rebuiltAtOnce = 200

    let database: StoreDatabase
    let formula: ProfileFormula
    private let vectors = Mutex(ProductVectors())
    /// Set after a transaction that was not committed, whose sightings are not written.
    private let mustForgetSightings = Atomic(false)

    private init(database: StoreDatabase, formula: ProfileFormula) {
        self.database = database
        self.formula = formula
    }

    /// Opens the profiles in the folder `directory`; creates both if they do not exist.
    ///
    /// - Parameters:
    ///   - formula: the same for every process; the dimension of a loaded catalogue overrides the formula's.
    ///   - reserve: Of the disk of the folder; nothing is written while it is released.
    /// - Throws: `.unavailable` if the file cannot be opened or belongs to another program, `.corrupt` if it is
    ///   damaged.
    package static func open(
        directory: String, formula: ProfileFormula = ProfileFormula(), reserve: DiskReserve? = nil
    ) async throws(StoreError) -> EmbeddedProfileStore {
        EmbeddedProfileStore(
            database: try await StoreDatabase.open(
                "profiles.sqlite", in: directory, applicationID: ProfileSchema.applicationID,
                migrations: ProfileSchema.migrations, reserve: reserve),
            formula: formula)
    }

    /// Writes the new interactions and their users' profiles. See ``ProfileStore``.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        guard !batch.isEmpty else { return AppliedBatch(inserted: 0, alreadyPresent: 0) }
        return try await write { writing, vectors throws(SQLiteError) in try writing.apply(batch, &vectors) }
    }

    /// See ``ProfileStore``.
    package func profile(of userID: Int64) async throws(StoreError) -> Profile? {
        try await database.read { try ProfileReading(connection: $0).profile(of: userID) }
    }

    /// Compares every vector of the collection. See ``ProfileStore``.
    package func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch] {
        let formula = formula
        return try await database.read { connection in
            let reading = ProfileReading(connection: connection)
            return switch collection {
            case .interactions: try reading.nearestInteractions(to: vector, limit: limit, formula: formula)
            case .userProfiles: try reading.nearestProfiles(to: vector, limit: limit)
            }
        }
    }

    /// See ``ProfileStore``. A rebuild for all users lets other writers in between.
    package func rebuild(
        userID: Int64?, _ report: @escaping @Sendable (_ computed: Int) -> Void
    ) async throws(StoreError) -> Int {
        if let userID { return try await rebuild([userID]) }
        var written = 0
        var last = Int64.min
        while true {
            let after = last
            let users = try await database.read { connection in
                try connection.query(
                    "SELECT DISTINCT user_id FROM interactions WHERE user_id > ? ORDER BY user_id LIMIT ?",
                    after, Self.rebuiltAtOnce
                ) { row in row.int64(0) }
            }
            guard let end = users.last else { return written }
            last = end
            written += try await rebuild(users)
            report(written)
        }
    }

    /// See ``ProfileStore``.
    package func statistics() async throws(StoreError) -> ProfileStatistics {
        try await database.read { try ProfileReading(connection: $0).statistics() }
    }

    /// See ``ProfileStore``.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        try await database.read { try $0.occurrences(of: ids) }
    }

    /// Compares the vector of every product. See ``ProfileStore``.
    package func nearestProducts(
        to vector: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        let formula = formula
        return try await database.read { connection in
            try ProfileReading(connection: connection).nearestProducts(
                to: vector, excluding: excluding, limit: limit, formula: formula)
        }
    }

    /// See ``ProfileStore``.
    package func boughtProducts(of userID: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await database.read { try ProfileReading(connection: $0).boughtProducts(of: userID, limit: limit) }
    }

    /// See ``ProfileStore``.
    package func putCatalogue(_ vectors: [Int64: [Float]]) async throws(StoreError) {
        let catalogue = try CatalogueVectors(vectors)
        guard catalogue.dimension > 0 else { return }
        try await database.write { connection in
            try catalogue.checkFits(
                known: try connection.first("SELECT dimension FROM settings") { row in row.int(0) } ?? 0)
            try connection.run(
                "UPDATE settings SET dimension = ?, catalogue_version = catalogue_version + 1", catalogue.dimension)
            for (productID, vector) in catalogue.vectors {
                try connection.run(
                    "INSERT OR REPLACE INTO products VALUES (?, ?)", productID, VectorColumn.bytes(vector))
            }
        }
    }

    /// See ``ProfileStore``.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try await database.read { connection in
            var found: [EventID: StoredEvent] = [:]
            for id in Set(ids) { found[id] = try connection.storedInProfiles(id) }
            return found
        }
    }

    /// In one transaction. See ``ProfileStore``.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        try await database.write { connection in
            try ProfileErasing(connection: connection).erase(userID: userID, receivedUntil: time)
        }
    }

    /// See ``ProfileStore``.
    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try await database.read { try Tombstones(connection: $0).read(of: users) }
    }

    /// See ``ProfileStore``.
    package func checkWriting() async throws(StoreError) {
        try await database.checkWriting()
    }

    /// See ``ProfileStore``.
    package func close() async {
        await database.close()
    }

    private func rebuild(_ users: [Int64]) async throws(StoreError) -> Int {
        try await write { writing, vectors throws(SQLiteError) in
            try vectors.refresh(writing.connection, formula: writing.formula)
            var written = 0
            for user in users where try writing.rebuild(user, &vectors) { written += 1 }
            return written
        }
    }

    func write<Result: Sendable>(
        _ job: @escaping @Sendable (ProfileWriting, inout ProductVectors) throws(SQLiteError) -> Result
    ) async throws(StoreError) -> Result {
        do throws(StoreError) {
            return try await database.write { [self] connection in
                // Never contended: the jobs of a database run one after the other.
                try vectors.withLock { vectors in
                    if mustForgetSightings.exchange(false, ordering: .relaxed) { vectors.sightings = KnownSightings() }
                    return try job(ProfileWriting(connection: connection, formula: formula), &vectors)
                }
            }
        } catch {
            mustForgetSightings.store(true, ordering: .relaxed)
            throw error
        }
    }
}

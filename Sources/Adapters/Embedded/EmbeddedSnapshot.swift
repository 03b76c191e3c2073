import Messaging
import SQLite
package import Stores

/// One file of the data folder as it is at one moment, to be copied while others go on. Keep the part that it is of open.
package struct EmbeddedSnapshot: Sendable {
    private let snapshot: Snapshot

    init(_ database: Database, holdingWriters: Bool = false) async throws(StoreError) {
        do throws(SQLiteError) {
            snapshot = try await database.snapshot(holdingWriters: holdingWriters)
        } catch {
            throw StoreError(error)
        }
    }

    /// Lets the writers go on, if they are held.
    package func resumeWriters() async {
        await snapshot.resumeWriters()
    }

    /// Copies the file to the new file `file`, which is whole once it has its name.
    ///
    /// - Throws: `.unavailable` if the copy cannot be written; `.corrupt` if the file is damaged.
    package func copy(to file: String) async throws(StoreError) {
        do throws(SQLiteError) {
            try await snapshot.copy(to: file)
        } catch {
            throw StoreError(error)
        }
    }

    /// Ends the snapshot, which keeps the file's log from beginning anew.
    package func close() async {
        await snapshot.close()
    }
}

extension EmbeddedBroker {
    /// The queues as they are now. Publishers and consumers of all processes wait until the writers are resumed, which has
    /// to be within milliseconds: until then no event is accepted, and none is acknowledged. What consumers hold is given
    /// back to its queue where a copy is opened.
    package func snapshotHoldingWriters() async throws(StoreError) -> EmbeddedSnapshot {
        try await EmbeddedSnapshot(engine.database, holdingWriters: true)
    }
}

extension EmbeddedGraphStore {
    /// The graph as it is now.
    package func snapshot() async throws(StoreError) -> EmbeddedSnapshot {
        try await EmbeddedSnapshot(database.database)
    }
}

extension EmbeddedProfileStore {
    /// The profiles as they are now.
    package func snapshot() async throws(StoreError) -> EmbeddedSnapshot {
        try await EmbeddedSnapshot(database.database)
    }
}

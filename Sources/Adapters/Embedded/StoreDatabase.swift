import Platform
import SQLite
import Stores

/// The database file of one embedded store, whose errors are `StoreError`s. Safe to use from any task.
struct StoreDatabase: Sendable {
    let database: Database
    private let reserve: DiskReserve?

    /// Opens the file `name` in the folder `directory`; creates both if they do not exist.
    ///
    /// - Parameters:
    ///   - applicationID: marks the file as belonging to this store.
    ///   - reserve: nothing is written while it is released.
    static func open(
        _ name: String, in directory: String, applicationID: Int32, migrations: [Migration], reserve: DiskReserve?
    ) async throws(StoreError) -> StoreDatabase {
        do throws(SystemError) {
            try FileSystem.createDirectory(directory)
        } catch {
            throw StoreError(
                .unavailable, "the data folder cannot be created: \(error); name another folder, or create it")
        }
        var configuration = DatabaseConfiguration(applicationID: applicationID, migrations: migrations)
        // Ids that do not follow time each change a different page. A long log collects those changes before they go
        // into the database, page by page.
        configuration.checkpointPages = 16_000
        configuration.cacheBytes = 4 << 20
        do throws(SQLiteError) {
            return StoreDatabase(
                database: try await Database.open(at: "\(directory)/\(name)", configuration: configuration),
                reserve: reserve)
        } catch {
            throw StoreError(error)
        }
    }

    /// Runs `job` in a write transaction; its changes are durable when this returns, or none were made.
    func write<Result: Sendable>(
        _ job: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await database.write { [reserve] connection in
                reserve?.refresh()
                if let refusal = reserve?.refusal { throw StoreError(.unavailable, refusal) }
                return try job(connection)
            }
        } catch {
            throw StoreError(wrapping: error)
        }
    }

    /// Finds out whether ``write(_:)`` works now.
    func checkWriting() async throws(StoreError) {
        do throws(SQLiteError) {
            try await database.checkWritable(within: EmbeddedBroker.checkTimeout)
        } catch {
            throw StoreError(error)
        }
        if let refusal = reserve?.refusal { throw StoreError(.unavailable, refusal) }
    }

    /// Runs `job` on a snapshot of the database.
    func read<Result: Sendable>(
        _ job: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await database.read(job)
        } catch {
            throw StoreError(wrapping: error)
        }
    }

    /// Closes after the jobs that have begun. A failure to close comes after the last commit and loses nothing.
    func close() async {
        try? await database.close()
    }
}

extension StoreError {
    /// The store's error for an error of SQLite.
    init(_ error: SQLiteError) {
        self.init(Code(error.code), error.description)
    }

    fileprivate init(wrapping error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as SQLiteError: self.init(error)
        default: self.init(.unavailable, "\(error)")
        }
    }
}

extension StoreError.Code {
    fileprivate init(_ code: SQLiteError.Code) {
        switch code {
        case .busy, .locked, .interrupted, .overloaded, .outOfMemory: self = .transient
        case .corrupt, .notADatabase: self = .corrupt
        case .closed: self = .closed
        case .tooBig, .mismatch: self = .rejected
        default:
            // Full, unreadable, another program's file: the events are not to blame.
            self = code.constraint == nil ? .unavailable : .rejected
        }
    }
}

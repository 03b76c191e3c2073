import CSQLite
import EventLoops
import Platform

/// A database as it is at one moment, for a copy that takes longer, while others go on to read and write.
///
/// Several databases can be seen at one moment: take the first snapshot with its writers held, then those of the others,
/// and let the writers go on. The write-ahead log cannot begin anew before the snapshot is closed. Keep the ``Database``
/// open meanwhile. A snapshot is safe to use from any task; its work is done on a queue of its own.
public actor Snapshot {
    private nonisolated let executor = QueueExecutor(label: "sqlite.snapshot")
    /// The queue of the reading connection, on which the actor runs.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let path: String
    private let configuration: DatabaseConfiguration
    private var connection: Connection?
    private var lock: WriteLock?

    init(path: String, configuration: DatabaseConfiguration) {
        self.path = path
        self.configuration = configuration
    }

    func take(holdingWriters: Bool) throws(SQLiteError) {
        let connection = try Connection.open(path: path, configuration: configuration, creating: false)
        try connection.configure(.backup, configuration)
        let lock = holdingWriters ? try WriteLock(databasePath: path) : nil
        try lock?.acquire(timeout: configuration.busyTimeout)
        do throws(SQLiteError) {
            try connection.run("BEGIN")
            // The transaction begins with the first reading.
            _ = try connection.first("SELECT count(*) FROM sqlite_schema") { row in row.int(0) }
        } catch {
            lock?.release()
            throw error
        }
        self.connection = connection
        self.lock = lock
    }

    /// Lets the writers go on, if they are held.
    public func resumeWriters() {
        lock?.release()
        lock = nil
    }

    /// Copies the database to a new file, which has its name only when it is whole and on the disk; until then it is
    /// called `destination.unfinished`. Cancelling the task does not stop the work.
    ///
    /// - Parameter destination: The path of the copy. No file may be there; the folder must exist.
    /// - Throws: `cannotOpen` if `destination` exists already or its folder does not; `permission`, `full` or `io` if
    ///   the copy cannot be written; `corrupt` if the database is damaged; `closed` after ``close()``.
    public func copy(to destination: String) throws(SQLiteError) {
        guard let connection else { throw SQLiteError.closed(path: path) }
        guard !FileSystem.exists(destination) else {
            throw SQLiteError(.cannotOpen, message: "the copy's file exists already", path: destination)
        }
        let unfinished = destination + ".unfinished"
        do throws(SQLiteError) {
            try SQLiteError.mappingSystemErrors(path: unfinished) { () throws(SystemError) in
                try FileSystem.remove(unfinished)
            }
            try Self.copyPages(of: connection, to: unfinished)
            try SQLiteError.mappingSystemErrors(path: destination) { () throws(SystemError) in
                try FileSystem.synchronize(unfinished)
                try FileSystem.rename(unfinished, to: destination)
            }
        } catch {
            try? FileSystem.remove(unfinished)
            throw error
        }
    }

    /// Lets the writers go on, and the log begin anew. Closing again does no harm.
    public func close() {
        resumeWriters()
        connection?.removeStatements()
        connection = nil
    }

    /// In one step: in its transaction, the source does not change.
    private static func copyPages(of connection: Connection, to path: String) throws(SQLiteError) {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let target = try ConnectionHandle(path: path.hasPrefix("/") ? path : "./" + path, flags: flags)
        guard let backup = sqlite3_backup_init(target.pointer, "main", connection.handle.pointer, "main") else {
            throw target.error(sqlite3_extended_errcode(target.pointer), sql: nil)
        }
        let result = sqlite3_backup_step(backup, -1)
        sqlite3_backup_finish(backup)
        guard result == SQLITE_DONE else {
            throw SQLiteError(
                extendedResultCode: result, message: "the copy failed: \(String(cString: sqlite3_errstr(result)))",
                sql: nil, path: path)
        }
    }
}

extension Database {
    /// Takes a snapshot of the database, to be closed by ``Snapshot/close()``.
    ///
    /// - Parameter holdingWriters: Whether the writers of all processes wait until ``Snapshot/resumeWriters()``. They do so
    ///   for ``DatabaseConfiguration/busyTimeout``; let them go on within milliseconds.
    /// - Throws: `busy` if another process writes for longer than ``DatabaseConfiguration/busyTimeout``; `io`, `corrupt` or
    ///   `notADatabase` if the database cannot be read.
    public nonisolated func snapshot(holdingWriters: Bool = false) async throws(SQLiteError) -> Snapshot {
        let snapshot = Snapshot(path: path, configuration: configuration)
        try await snapshot.take(holdingWriters: holdingWriters)
        return snapshot
    }
}

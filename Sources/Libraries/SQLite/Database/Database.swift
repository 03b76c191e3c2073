import Dispatch
import EventLoops

/// One SQLite file: one writing connection on a queue of its own, and a few reading ones on theirs. Blocking work
/// blocks those queues and never Swift's cooperative pool. Several processes may have the same file open.
///
/// Writes are committed in groups: the jobs that arrive while a commit is under way share the next transaction. Each
/// caller goes on after the commit, and a job that throws does not take the others of its group down.
///
/// Beside the file lie `-wal` and `-shm`, which belong to the database, and the side files `.lock` and `.turn` (held
/// around each transaction and checkpoint, and while waiting for that) and `.open` (there while a process has it open).
/// The file must be on a local disk, and the process must not fork while it is open. Programs that do not know of the
/// side files, such as `sqlite3`, may read it meanwhile but not write.
///
/// Safe to use from any task or thread.
public final actor Database {
    nonisolated let executor: QueueExecutor
    /// The actor runs on the queue of the writing connection.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// The database file.
    public nonisolated let path: String

    nonisolated let writeQueue: WriteQueue
    nonisolated let readers: ReaderPool
    let configuration: DatabaseConfiguration
    var writer: Writer?
    var isIdleCheckScheduled = false
    var commitsAtLastIdleCheck = 0

    private init(path: String, configuration: DatabaseConfiguration) {
        executor = QueueExecutor(label: "sqlite.writer")
        self.path = path
        self.configuration = configuration
        writeQueue = WriteQueue(limit: configuration.maximumPendingJobs, path: path)
        readers = ReaderPool(path: path, configuration: configuration)
    }

    /// Opens the file `path`, which is made if it does not exist, in a folder that does; checks whose it is, and
    /// brings its schema up to date.
    /// - Throws: `foreignApplication`, `schemaTooNew`, `notADatabase` or `corrupt` with nothing changed in the file;
    ///   `busy` when another process keeps it for longer than `openTimeout`.
    public static func open(
        at path: String, configuration: DatabaseConfiguration
    ) async throws(SQLiteError) -> Database {
        let database = Database(path: path, configuration: configuration)
        try await database.openWriter()
        return database
    }

    private func openWriter() throws(SQLiteError) {
        writer = try Writer(path: path, configuration: configuration)
        scheduleIdleCheck()
    }

    /// Refuses further jobs, waits for those that were accepted, empties the log and closes all connections. Calling
    /// it again does no harm.
    public func close() async throws(SQLiteError) {
        writeQueue.close()
        while let writer, writeQueue.hasMore() { writer.runJobs(of: writeQueue) }
        await readers.close()
        let writer = self.writer
        self.writer = nil
        try writer?.close()
    }

    func openedWriter() throws(SQLiteError) -> Writer {
        guard let writer else { throw SQLiteError.closed(path: path) }
        return writer
    }
}

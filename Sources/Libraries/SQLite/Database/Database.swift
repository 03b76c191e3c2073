import Dispatch
import EventLoops

/// An open SQLite file: one writing connection on a queue of its own, and a few reading ones on theirs.
///
/// Blocking work blocks those queues and never Swift's cooperative pool. Writes are committed in groups: the jobs that
/// arrive while a commit is under way share the next transaction. Each caller goes on after the commit of its own job,
/// and a job that throws does not take the others of its group down.
///
/// Several processes may have the same file open, each through one `Database`. Beside the file lie `-wal` and `-shm`,
/// which belong to the database, and the side files `.lock` and `.turn` (held around each transaction and checkpoint,
/// and while waiting for that) and `.open` (there while a process has the file open). The lock is needed because SQLite
/// before 3.44.6 may lose committed rows when one connection checkpoints while another commits. The file must be on a
/// local disk, and the process must not fork while the file is open. Programs that do not know of the side files, such
/// as `sqlite3`, may read it meanwhile but not write.
///
/// A database is safe to use from any task or thread.
public final actor Database {
    nonisolated let executor: QueueExecutor
    /// The queue of the writing connection, on which the actor runs.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// The path of the database file, as it was given to ``open(at:configuration:)``.
    public nonisolated let path: String

    nonisolated let writeQueue: WriteQueue
    nonisolated let readers: ReaderPool
    let configuration: DatabaseConfiguration
    private nonisolated let files: OpenedFiles
    var check: IntegrityCheck?
    var writer: Writer?
    var isIdleCheckScheduled = false
    var commitsAtLastIdleCheck = 0

    private init(path: String, configuration: DatabaseConfiguration) {
        executor = QueueExecutor(label: "sqlite.writer")
        self.path = path
        self.configuration = configuration
        writeQueue = WriteQueue(limit: configuration.maximumPendingJobs, path: path)
        files = OpenedFiles(databasePath: path)
        readers = ReaderPool(path: path, files: files, configuration: configuration)
    }

    /// Opens the file at `path`, checks whose file it is and whether it is whole, and brings its schema up to date.
    ///
    /// After a process that had it open was killed, the whole file is read and checked, unless
    /// ``DatabaseConfiguration/checksAfterUncleanStop`` is off: before the first job if it is small, beside the jobs if it
    /// is larger than ``DatabaseConfiguration/checkedAtOpeningBytes``. Open a file once per process and keep the database.
    ///
    /// - Parameters:
    ///   - path: The file. It is made if it does not exist; its folder must exist.
    ///   - configuration: Whose file it is, its schema, and the bounds.
    /// - Throws: `foreignApplication`, `schemaTooNew`, `notADatabase` or `corrupt`, with nothing changed in the file;
    ///   `busy` if another process opens or writes the file for longer than ``DatabaseConfiguration/openTimeout``;
    ///   `cannotOpen` if the folder does not exist or the volume does not support write-ahead logging; `permission`,
    ///   `readOnly`, `full` or `io` if the system refuses; `misuse` if the versions of the migrations do not ascend;
    ///   what a migration throws.
    public static func open(
        at path: String, configuration: DatabaseConfiguration
    ) async throws(SQLiteError) -> Database {
        let database = Database(path: path, configuration: configuration)
        try await database.openWriter()
        return database
    }

    private func openWriter() throws(SQLiteError) {
        let writer = try Writer(path: path, files: files, configuration: configuration)
        self.writer = writer
        scheduleIdleCheck()
        guard writer.needsCheck else { return }
        let check = IntegrityCheck()
        self.check = check
        check.start(path: path, configuration: configuration) { [weak self] failure in
            guard let self else { return }
            executor.queue.async { self.assumeIsolated { $0.checkEnded(failure) } }
        }
    }

    private func checkEnded(_ failure: SQLiteError?) {
        check = nil
        guard let writer else { return }
        // Where the check could not be done, the next opening does it.
        if let failure, failure.isDamage { writer.damage = writer.damage ?? failure }
        if failure == nil { writer.needsCheck = false }
    }

    /// Refuses further jobs, waits for those that were accepted, empties the log and closes all connections.
    ///
    /// A database must be closed before its last reference goes, or the next process to open the file takes it for that
    /// of a killed one and checks it. Calling `close` again does no harm.
    ///
    /// - Throws: `busy`, `permission` or `io` if the side files cannot be locked or removed. The database is closed
    ///   even then, and all that was committed is stored; only the next opening checks the whole file.
    public func close() async throws(SQLiteError) {
        writeQueue.close()
        check?.cancel()
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

import CSQLite
import Platform

/// The one writing connection of the process for a file. It holds the side file's lock around each transaction and each
/// checkpoint, because SQLite before 3.44.6 may lose committed rows when one connection checkpoints while another
/// commits. Synchronous and not Sendable: it lives on the queue of its database.
final class Writer {
    private let path: String
    private let configuration: DatabaseConfiguration
    private let lock: FileLock
    private let marker: OpenMarker
    private var connection: Connection?
    /// Damage that was found: no further write is tried, as each might make it worse.
    private var damage: SQLiteError?
    private var nextCheckpointPages: Int
    private(set) var statistics = WriterStatistics()
    /// Whether there were commits since the log was last emptied.
    private(set) var hasUnsavedLog = true

    /// Opens, checks and migrates the file.
    init(path: String, configuration: DatabaseConfiguration) throws(SQLiteError) {
        self.path = path
        self.configuration = configuration
        nextCheckpointPages = configuration.checkpointPages
        let lock = try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in
            try FileLock(path: path + ".lock")
        }
        self.lock = lock
        try Self.acquire(lock, timeout: configuration.openTimeout, path: path)
        defer { lock.unlock() }
        marker = try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in
            try OpenMarker(databasePath: path)
        }
        do throws(SQLiteError) {
            let connection = try Connection.open(path: path, configuration: configuration)
            try connection.checkSchema(configuration)
            if marker.tellsOfUncleanStop, configuration.checksAfterUncleanStop { try connection.quickCheck() }
            try connection.configure(.writer, configuration)
            try connection.migrate(configuration)
            self.connection = connection
        } catch {
            try? marker.withdraw()
            throw error
        }
    }

    // MARK: Transactions

    /// Runs `jobs` in one transaction and tells each caller after the commit. Should SQLite end the transaction
    /// within a job, the jobs up to it have failed and those after it are run in a transaction of their own.
    func run(_ jobs: [WriteJob]) {
        var rest = jobs[...]
        while !rest.isEmpty {
            do {
                let connection = try writableConnection()
                try acquireLock()
                defer { lock.unlock() }
                rest = run(rest, on: connection)
                checkpointIfDue(connection)
            } catch {
                for job in rest { job.fail(error) }
                statistics.failedJobs += rest.count
                return
            }
        }
    }

    /// - Returns: the jobs that were not run.
    private func run(_ jobs: ArraySlice<WriteJob>, on connection: Connection) -> ArraySlice<WriteJob> {
        var completions: [WriteJob.Completion] = []
        completions.reserveCapacity(jobs.count)
        var failures: [(WriteJob, any Error)] = []
        var rest = jobs
        var failure: SQLiteError?
        do throws(SQLiteError) {
            try connection.run("BEGIN IMMEDIATE")
            connection.handle.beginManagedTransaction()
            // A job alone needs no savepoint: when it throws, the transaction is rolled back.
            let isAlone = jobs.count == 1
            while let job = rest.popFirst() {
                do {
                    completions.append(try isAlone ? job.run(connection) : runInSavepoint(job, on: connection))
                } catch {
                    failures.append((job, error))
                }
                try connection.requireManagedTransaction()
            }
            if completions.isEmpty {
                try connection.run("ROLLBACK")
            } else {
                try connection.run("COMMIT")
            }
        } catch {
            failure = end(connection, after: error)
        }
        connection.handle.endManagedTransaction()
        if let failure, completions.isEmpty, failures.isEmpty {
            // The transaction did not begin.
            for job in rest { job.fail(failure) }
            statistics.failedJobs += rest.count
            return []
        }
        record(completions.count, failures.count, failure)
        for completion in completions { completion(failure) }
        for (job, error) in failures { job.fail(error) }
        return rest
    }

    private func runInSavepoint(_ job: WriteJob, on connection: Connection) throws -> WriteJob.Completion {
        try connection.run("SAVEPOINT job")
        do {
            let completion = try job.run(connection)
            try connection.requireNoDeferredViolation()
            try connection.run("RELEASE job")
            return completion
        } catch {
            if connection.isInTransaction {
                try connection.run("ROLLBACK TO job")
                try connection.run("RELEASE job")
            }
            throw error
        }
    }

    /// Leaves no transaction open after `error`, and the connection fit for the next one or given up.
    /// - Returns: what the callers are told.
    private func end(_ connection: Connection, after error: SQLiteError) -> SQLiteError {
        var error = error
        connection.handle.endManagedTransaction()
        if connection.isInTransaction { try? connection.run("ROLLBACK") }
        switch error.code {
        case .io:
            // Perhaps the log holds the commit and only the sync failed: a new connection looks afresh.
            error.isOutcomeUnknown = true
            self.connection = nil
        case .corrupt, .notADatabase:
            damage = error
        default:
            if connection.isInTransaction { self.connection = nil }
        }
        return error
    }

    private func record(_ committed: Int, _ failed: Int, _ failure: SQLiteError?) {
        if failure == nil, committed > 0 {
            statistics.commits += 1
            statistics.committedJobs += committed
            statistics.failedJobs += failed
            statistics.largestGroup = max(statistics.largestGroup, committed)
            hasUnsavedLog = true
        } else {
            statistics.failedJobs += committed + failed
        }
    }

    private func writableConnection() throws(SQLiteError) -> Connection {
        if let damage { throw damage }
        if let connection { return connection }
        let opened = try Connection.open(path: path, configuration: configuration)
        try opened.checkSchema(configuration)
        try opened.configure(.writer, configuration)
        connection = opened
        return opened
    }

    // MARK: Checkpoints

    private func checkpointIfDue(_ connection: Connection) {
        let pages = connection.handle.walPages
        // The log was begun anew.
        if pages < nextCheckpointPages - configuration.checkpointPages {
            nextCheckpointPages = configuration.checkpointPages
        }
        guard pages >= nextCheckpointPages else { return }
        // While a reader keeps it from finishing, it is tried again only when as much has been added.
        nextCheckpointPages = pages + configuration.checkpointPages
        _ = try? checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
    }

    /// Copies the log into the database and truncates it, without waiting for readers.
    /// - Returns: whether nothing is left in the log; false while a reader needs it.
    func truncateLog() throws(SQLiteError) -> Bool {
        let connection = try writableConnection()
        try acquireLock()
        defer { lock.unlock() }
        connection.setBusyTimeout(.zero)
        defer { connection.setBusyTimeout(configuration.busyTimeout) }
        let isDone = try checkpoint(connection, SQLITE_CHECKPOINT_TRUNCATE)
        if isDone {
            hasUnsavedLog = false
            nextCheckpointPages = configuration.checkpointPages
        }
        return isDone
    }

    private func checkpoint(_ connection: Connection, _ mode: Int32) throws(SQLiteError) -> Bool {
        let isDone = try connection.checkpoint(mode)
        if isDone { statistics.checkpoints += 1 } else { statistics.blockedCheckpoints += 1 }
        return isDone
    }

    // MARK: The rest

    func dataVersion() throws(SQLiteError) -> Int {
        try writableConnection().dataVersion()
    }

    /// Empties the log, closes the connection and notes that the stop was clean. The readers are closed before.
    func close() throws(SQLiteError) {
        if damage == nil, connection != nil { _ = try? truncateLog() }
        try acquireLock()
        defer { lock.unlock() }
        connection?.removeStatements()
        connection = nil
        guard damage == nil else { return }
        try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in try marker.markClosed() }
    }

    private func acquireLock() throws(SQLiteError) {
        try Self.acquire(lock, timeout: configuration.busyTimeout, path: path)
    }

    private static func acquire(_ lock: FileLock, timeout: Duration, path: String) throws(SQLiteError) {
        let isHeld = try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in
            try lock.lock(.exclusive, timeout: timeout)
        }
        if !isHeld { throw SQLiteError(.busy, message: "another process holds \(lock.path)", path: path) }
    }
}

import CSQLite

/// What only the writer does with a connection.
extension Connection {
    /// Throws if the managed transaction has ended: by SQLite itself, or by a job that may not do so.
    func requireManagedTransaction() throws(SQLiteError) {
        try handle.requireTransaction()
        guard isInTransaction else {
            throw SQLiteError(
                .misuse, message: "a job ended the transaction that it was run in", path: handle.path)
        }
    }

    /// Throws if the job has left a reference to a missing row that a deferred foreign key would only find at the
    /// commit, where it would take the other jobs down.
    func requireNoDeferredViolation() throws(SQLiteError) {
        var violations: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle.pointer, SQLITE_DBSTATUS_DEFERRED_FKS, &violations, &highest, 0)
        guard violations == 0 else {
            throw SQLiteError(
                .constraint(.foreignKey), message: "FOREIGN KEY constraint failed", path: handle.path)
        }
    }

    /// Makes the database smaller, by writing anew what is in it, if `gain` bytes or more would go and `rest` bytes or
    /// less would stay. Not within a transaction.
    /// - Returns: whether it did.
    func compact(gain: Int, rest: Int) throws(SQLiteError) -> Bool {
        let (count, size) = try pages()
        let free = try first("PRAGMA freelist_count") { row in row.int(0) } ?? 0
        guard free * size >= gain, (count - free) * size <= rest else { return false }
        try run("VACUUM")
        return true
    }

    /// Leaves the log and its shared memory alone when the connection is closed: SQLite removes them by their names, and
    /// those may be another database's by now.
    func leaveLogWhenClosed() {
        csqlite_leave_log(handle.pointer)
    }

    /// - Returns: whether the whole log is in the database now.
    func checkpoint(_ mode: Int32) throws(SQLiteError) -> Bool {
        var logFrames: Int32 = 0
        var copiedFrames: Int32 = 0
        switch sqlite3_wal_checkpoint_v2(handle.pointer, nil, mode, &logFrames, &copiedFrames) {
        case SQLITE_OK:
            if mode == SQLITE_CHECKPOINT_TRUNCATE { handle.logWasTruncated() }
            return logFrames == copiedFrames
        case SQLITE_BUSY:
            return false
        case let result:
            throw handle.error(result, sql: nil)
        }
    }
}

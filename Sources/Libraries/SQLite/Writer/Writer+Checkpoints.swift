import CSQLite

extension Writer {
    func checkpointIfDue(_ connection: Connection) {
        let pages = connection.handle.walPages
        // The log was begun anew.
        if pages < nextCheckpointPages - configuration.checkpointPages {
            nextCheckpointPages = configuration.checkpointPages
        }
        guard pages >= nextCheckpointPages else { return }
        // While a reader keeps it from finishing, it is tried again only when as much has been added.
        nextCheckpointPages = pages + configuration.checkpointPages
        // A failure loses nothing, and shows in the statistics and in the size of the log.
        _ = try? checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
    }

    /// Copies the log into the database and truncates it, without waiting for readers.
    /// - Returns: whether nothing is left in the log; false while a reader needs it.
    func truncateLog() throws(SQLiteError) -> Bool {
        try lock.acquire(timeout: configuration.busyTimeout)
        defer { lock.release() }
        let connection = try writableConnection()
        try files.requireInPlace()
        return try truncateLog(connection)
    }

    /// Makes the file smaller if `gain` bytes or more would go and `rest` bytes or less would stay.
    /// - Returns: whether it did.
    func compact(gain: Int, rest: Int) throws(SQLiteError) -> Bool {
        try lock.acquire(timeout: configuration.busyTimeout)
        defer { lock.release() }
        let connection = try writableConnection()
        try files.requireInPlace()
        // The first makes room for what is written anew; the second is what cuts the file.
        _ = try truncateLog(connection)
        guard try connection.compact(gain: gain, rest: rest) else { return false }
        return try truncateLog(connection)
    }

    private func truncateLog(_ connection: Connection) throws(SQLiteError) -> Bool {
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
        var isDone = false
        defer {
            if isDone { statistics.checkpoints += 1 } else { statistics.blockedCheckpoints += 1 }
        }
        isDone = try connection.checkpoint(mode)
        return isDone
    }
}

extension Database {
    /// Runs `job` on a reading connection. All that the job reads is of one moment, which is not before the last commit
    /// that ``write(_:)`` returned from.
    ///
    /// The job runs on the queue of a reader, at the same time as writes and as the jobs of other readers. Keep it
    /// short: while it runs, the write-ahead log cannot begin anew. Cancelling the task does not take the job back.
    ///
    /// - Parameter job: Reads through the connection that it is lent. Attempts to write fail as `readOnly`.
    /// - Returns: What `job` returns.
    /// - Throws: What `job` throws; ``SQLiteError`` with `closed` after ``close()``, with `overloaded` if more than
    ///   ``DatabaseConfiguration/maximumPendingJobs`` jobs wait to read, and with `cannotOpen`, `permission`, `busy`,
    ///   `io`, `corrupt` or `notADatabase` if the file cannot be opened or read.
    public nonisolated func read<Result: Sendable>(
        _ job: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            readers.submit(
                ReadJob(
                    run: { connection in
                        continuation.resume(with: Swift.Result { try connection.snapshot { try job(connection) } })
                    },
                    fail: { error in continuation.resume(throwing: error) }))
        }
    }
}

extension Connection {
    /// Runs `body` such that all it reads is of one moment.
    fileprivate func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try run("BEGIN")
        defer {
            // It fails only where SQLite has ended the transaction already.
            if isInTransaction { try? run("ROLLBACK") }
        }
        return try body()
    }
}

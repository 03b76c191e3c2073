extension Database {
    /// Runs `job` on a reading connection. All that it reads is of one moment, which is not before the last commit
    /// that `write` returned from.
    ///
    /// It should be short: while it runs, the write-ahead log cannot be begun anew. Attempts to write fail as
    /// `readOnly`. Cancelling the task does not take the job back.
    /// - Throws: what `job` throws; `SQLiteError`.
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

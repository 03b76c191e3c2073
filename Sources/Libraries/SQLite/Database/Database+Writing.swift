import Dispatch
import EventLoops

extension Database {
    /// Runs `job` within a write transaction, which it shares with other jobs, and returns when it is committed.
    ///
    /// When `job` throws, its changes alone are undone. It must not end the transaction, and should be short, as all
    /// others wait for it. Cancelling the task does not take the job back.
    /// - Throws: what `job` throws; `SQLiteError` when the transaction fails, and then nothing of it was stored,
    ///   unless `isOutcomeUnknown`.
    public nonisolated func write<Result: Sendable>(
        _ job: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            append(
                WriteJob(
                    run: { connection in
                        let result = try job(connection)
                        return { error in
                            if let error {
                                continuation.resume(throwing: error)
                            } else {
                                continuation.resume(returning: result)
                            }
                        }
                    },
                    fail: { error in continuation.resume(throwing: error) }))
        }
    }

    /// Runs `job` as `write` does, without waiting: `completion` is called on the writer's queue, once, after the
    /// commit or the failure, and must not block.
    public nonisolated func submit(
        _ job: @escaping @Sendable (Connection) throws -> Void,
        completion: @escaping @Sendable (_ error: (any Error)?) -> Void
    ) {
        append(
            WriteJob(
                run: { connection in
                    try job(connection)
                    return { error in completion(error) }
                },
                fail: { error in completion(error) }))
    }

    private nonisolated func append(_ job: WriteJob) {
        switch writeQueue.append(job) {
        case .refused(let error): job.fail(error)
        case .accepted: break
        case .acceptedFirst: scheduleWriter()
        }
    }

    private nonisolated func scheduleWriter() {
        executor.queue.async { self.assumeIsolated { $0.runNextGroup() } }
    }

    /// One transaction a turn, so that other work of the queue comes in between.
    private func runNextGroup() {
        writer?.runJobs(of: writeQueue)
        if writeQueue.hasMore() { scheduleWriter() }
        scheduleIdleCheck()
    }
}

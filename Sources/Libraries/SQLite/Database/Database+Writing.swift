import Dispatch
import EventLoops
import Synchronization

/// Resumes its continuation with the first of several answers.
private final class FirstAnswer: Sendable {
    private let continuation: Mutex<CheckedContinuation<SQLiteError?, Never>?>

    init(_ continuation: CheckedContinuation<SQLiteError?, Never>) {
        self.continuation = Mutex(continuation)
    }

    var isOpen: Bool { continuation.withLock { $0 != nil } }

    func give(_ answer: SQLiteError?) {
        continuation.withLock { $0.take() }?.resume(returning: answer)
    }
}

extension Database {
    /// Runs `job` within a write transaction, which it shares with other jobs, and returns when that is committed.
    ///
    /// The job runs on the queue of the writer. Keep it short, as all others that write wait for it. Where it throws,
    /// its changes alone are undone, and the other jobs of the transaction are committed. Jobs are run in the order in
    /// which `write` and ``submit(_:completion:)`` were called. Cancelling the task does not take the job back.
    ///
    /// - Parameter job: Makes the changes through the connection that it is lent. It must not end the transaction.
    /// - Returns: What `job` returns.
    /// - Throws: What `job` throws. ``SQLiteError`` if the transaction fails, and then nothing was stored, unless
    ///   ``SQLiteError/isOutcomeUnknown``: `closed` after ``close()``; `overloaded` if
    ///   ``DatabaseConfiguration/maximumPendingJobs`` jobs wait already; `busy` if another process writes for longer
    ///   than ``DatabaseConfiguration/busyTimeout``; `full`, `io`, `permission`, `readOnly` or `outOfMemory` if the
    ///   system refuses; `corrupt` or `notADatabase` if the file is damaged, from then on for every job; `constraint`
    ///   if the job leaves a deferred foreign key that refers to a missing row; `misuse` if the job ends the
    ///   transaction; `gone` if the file is no longer where it was opened.
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

    /// Runs `job` as ``write(_:)`` does, and returns at once.
    ///
    /// - Parameters:
    ///   - job: Makes the changes through the connection that it is lent, on the queue of the writer. It must not end
    ///     the transaction.
    ///   - completion: Is called exactly once and must not block. Its argument is nil after the commit, otherwise what
    ///     `job` threw or a ``SQLiteError`` as ``write(_:)`` throws it. It runs on the queue of the writer or, if the
    ///     job is refused (`closed`, `overloaded`), on the calling thread before `submit` returns.
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

    /// Finds out whether ``write(_:)`` works now: an empty job is committed, which takes the lock of all processes and
    /// looks whether the file is in its place, but does not wait for the disk.
    ///
    /// - Parameter timeout: How long to wait for the answer; ``DatabaseConfiguration/busyTimeout`` ends the wait, too.
    /// - Throws: What ``write(_:)`` throws; `busy` after `timeout`, with the process that is in the way if there is one.
    public nonisolated func checkWritable(within timeout: Duration) async throws(SQLiteError) {
        let path = path
        let failure: SQLiteError? = await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            submit({ _ in }, completion: { error in answer.give(error as? SQLiteError) })
            let delay = DispatchTimeInterval.milliseconds(Int(timeout.wholeMilliseconds))
            DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + delay) {
                guard answer.isOpen else { return }
                answer.give(WriteLock.busy(databasePath: path, unknown: "a write takes longer than \(timeout)"))
            }
        }
        if let failure { throw failure }
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

/// A job that waits for a write transaction.
struct WriteJob: Sendable {
    /// Tells the job's caller how the transaction ended: nil after the commit.
    typealias Completion = @Sendable (_ error: SQLiteError?) -> Void

    /// Makes the job's changes; its caller is told later, when the transaction has ended.
    let run: @Sendable (Connection) throws -> Completion
    /// Tells the caller that none of the job's changes were made.
    let fail: @Sendable (any Error) -> Void
}

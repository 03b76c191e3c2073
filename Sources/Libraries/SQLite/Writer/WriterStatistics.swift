/// What the writer of a database has done since it was opened, and how large its log is. It is a value: ask
/// ``Database/statistics()`` again for the next.
public struct WriterStatistics: Sendable {
    /// The transactions that were committed.
    public internal(set) var commits = 0
    /// The jobs whose changes were committed. Divided by ``commits``, it is how many share a transaction.
    public internal(set) var committedJobs = 0
    /// The jobs that threw or whose transaction failed, without those that were refused.
    public internal(set) var failedJobs = 0
    /// The largest number of jobs that shared one transaction.
    public internal(set) var largestGroup = 0
    /// The checkpoints that copied the whole log into the database.
    public internal(set) var checkpoints = 0
    /// The checkpoints that a reader, or an error, kept from copying the whole log. While their number rises and that
    /// of ``checkpoints`` does not, the log grows.
    public internal(set) var blockedCheckpoints = 0
    /// The jobs that wait to be run now.
    public internal(set) var pendingJobs = 0
    /// Whether the whole file is still to be checked, or is being checked, because the last process that had it open was
    /// killed.
    public internal(set) var isCheckPending = false
    /// The size of the write-ahead log's file in bytes.
    public internal(set) var logBytes = 0
}

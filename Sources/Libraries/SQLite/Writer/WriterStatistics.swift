/// What a database's writer has done since it was opened, and how large its log is.
public struct WriterStatistics: Sendable {
    /// Transactions committed.
    public internal(set) var commits = 0
    /// Jobs whose changes were committed.
    public internal(set) var committedJobs = 0
    /// Jobs that threw or whose transaction failed.
    public internal(set) var failedJobs = 0
    /// The most jobs that shared one transaction.
    public internal(set) var largestGroup = 0
    /// Checkpoints that copied the whole log.
    public internal(set) var checkpoints = 0
    /// Checkpoints that a reader, or an error, kept from copying the whole log; while they are many, the log grows.
    public internal(set) var blockedCheckpoints = 0
    /// Jobs that wait now.
    public internal(set) var pendingJobs = 0
    /// The size of the write-ahead log's file in bytes.
    public internal(set) var logBytes = 0
}

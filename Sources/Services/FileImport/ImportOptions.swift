package import EventLoops

/// How a file is imported.
package struct ImportOptions: Sendable, Hashable {
    /// What its lines mean.
    package var format: ImportFormat
    /// In a file without sessions: a user's actions with more than this between them belong to different sessions.
    package var sessionGap: Duration
    /// How many records are read, and their events written in one transaction of each store, at a time; 1 or more.
    package var batchSize: Int
    /// Longer records are rejected and never held in memory; 1 or more.
    package var maximumRecordBytes: Int
    /// How many rejected records are shown; further ones are only counted.
    package var shownRejections: Int
    /// How often a store is asked to write a batch before the import stops; 1 or more.
    package var attempts: Int
    /// The delays between attempts.
    package var backoff: Backoff

    /// The format recognised by the first line, sessions cut at 30 minutes, 2,000 records a batch of at most 1 MiB each,
    /// 20 rejected ones shown, 5 attempts.
    package init(
        format: ImportFormat = .auto, sessionGap: Duration = .seconds(30 * 60), batchSize: Int = 2_000,
        maximumRecordBytes: Int = 1 << 20, shownRejections: Int = 20, attempts: Int = 5,
        backoff: Backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
    ) {
        self.format = format
        self.sessionGap = sessionGap
        self.batchSize = batchSize
        self.maximumRecordBytes = maximumRecordBytes
        self.shownRejections = shownRejections
        self.attempts = attempts
        self.backoff = backoff
    }
}

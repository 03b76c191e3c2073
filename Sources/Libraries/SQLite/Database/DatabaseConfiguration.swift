/// How a database is opened. The defaults suit a durable queue or store.
public struct DatabaseConfiguration: Sendable {
    /// What a commit waits for.
    public enum Synchronous: Sendable {
        /// The log is on the disk: a commit survives the loss of power.
        case full
        /// The log is written: a commit survives the death of the process, but not the loss of power.
        case normal
    }

    /// The number that marks this program's files (`PRAGMA application_id`); a file with another one is refused.
    public var applicationID: Int32
    /// The schema's history, ascending by version.
    public var migrations: [Migration]
    /// What a commit waits for.
    public var synchronous: Synchronous = .full
    /// How long a write waits for another process that writes, before it fails as `busy`.
    public var busyTimeout: Duration = .seconds(5)
    /// How long opening waits for another process that opens (and perhaps checks or migrates) the same file.
    public var openTimeout: Duration = .seconds(60)
    /// How many reading connections there are at most; each is opened when it is first needed.
    public var readerCount = 2
    /// How many jobs share one transaction at most.
    public var maximumGroupSize = 1_024
    /// How many writing jobs, and how many reading ones, may wait before further ones are refused as `overloaded`.
    public var maximumPendingJobs = 65_536
    /// After how many pages in the write-ahead log the writer copies them into the database. Writers wait meanwhile:
    /// more pages at a time are less work in all, fewer are shorter waits.
    public var checkpointPages = 1_000
    /// How long the database is left alone before the write-ahead log is emptied and truncated.
    public var idleDelay: Duration = .seconds(1)
    /// To how many bytes the write-ahead log's file is cut when it is begun anew.
    public var logSizeLimit = 64 << 20
    /// How many bytes of pages each connection keeps in memory.
    public var cacheBytes = 8 << 20
    /// How many statements of made texts each connection keeps prepared.
    public var statementCacheCapacity = 64
    /// Whether the whole file is read and checked (`quick_check`) when the last process that had it open was killed.
    public var checksAfterUncleanStop = true

    /// The defaults, for a file marked with `applicationID` whose schema `migrations` make.
    public init(applicationID: Int32, migrations: [Migration]) {
        self.applicationID = applicationID
        self.migrations = migrations
    }
}

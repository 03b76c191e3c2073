/// How a database is opened. The defaults suit a durable queue or store. It is a value: what is changed after
/// ``Database/open(at:configuration:)`` has no effect on the open database.
public struct DatabaseConfiguration: Sendable {
    /// What a commit waits for.
    public enum Synchronous: Sendable {
        /// For the log to be on the disk: a commit survives the loss of power.
        case full
        /// For the log to be handed to the system: a commit survives the death of the process, but perhaps not the loss
        /// of power, which leaves the file whole and may take the last commits.
        case normal
    }

    /// The number that marks this program's files (`PRAGMA application_id`); a file with another one is refused.
    public var applicationID: Int32
    /// The schema's history, with ascending versions. A file that has a later version than the last one is refused.
    public var migrations: [Migration]
    /// What a commit waits for: the disk, unless you say otherwise.
    public var synchronous: Synchronous = .full
    /// How long a write waits for another process that writes, before it fails as `busy`: 5 seconds.
    public var busyTimeout: Duration = .seconds(5)
    /// How long opening waits for another process that opens (and perhaps checks or migrates) the same file, before it
    /// fails as `busy`: 60 seconds.
    public var openTimeout: Duration = .seconds(60)
    /// How many reading connections there are at most, and so how many jobs read at the same time: 2, and never fewer
    /// than 1. Each is opened when it is first needed.
    public var readerCount = 2
    /// How many jobs share one transaction at most; 1 or more.
    public var maximumGroupSize = 1_024
    /// How many writing jobs, and how many reading ones, may wait before further ones are refused as `overloaded`; 1 or
    /// more.
    public var maximumPendingJobs = 65_536
    /// After how many pages (of 4 KiB, as a rule) in the write-ahead log the writer copies them into the database.
    /// Writers wait meanwhile: more pages at a time are less work in all, fewer are shorter waits.
    public var checkpointPages = 1_000
    /// How long the database is left alone before the write-ahead log is emptied and truncated.
    public var idleDelay: Duration = .seconds(1)
    /// To how many bytes the write-ahead log's file is cut when it begins anew: 64 MiB.
    public var logSizeLimit = 64 << 20
    /// How many bytes of pages the writing connection keeps in memory: 8 MiB.
    public var cacheBytes = 8 << 20
    /// How many bytes of pages each reading connection keeps in memory: 1 MiB. What is not there mostly comes from the
    /// system's own cache of the file.
    public var readerCacheBytes = 1 << 20
    /// How many statements of ``Connection/prepare(dynamic:)`` each connection keeps prepared.
    public var statementCacheCapacity = 64
    /// Whether the whole file is read and checked (`quick_check`) when the last process that had it open was killed.
    public var checksAfterUncleanStop = true
    /// How large a file may be to be checked before it is opened: 8 MiB, which takes a fraction of a second. A larger one
    /// is checked beside the work on it, as fast as the disk gives it; jobs are refused from the moment that damage is
    /// found. While that lasts, the write-ahead log cannot begin anew.
    public var checkedAtOpeningBytes = 8 << 20

    /// Makes the defaults.
    ///
    /// - Parameters:
    ///   - applicationID: The number that marks this program's files. Choose one at random and never change it.
    ///   - migrations: The schema's history, with ascending versions.
    public init(applicationID: Int32, migrations: [Migration]) {
        self.applicationID = applicationID
        self.migrations = migrations
    }
}

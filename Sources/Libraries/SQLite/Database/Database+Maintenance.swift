import Dispatch
import EventLoops
import Platform

extension Database {
    /// Copies the write-ahead log into the database file and truncates it.
    /// - Returns: whether it is empty now; false while a reader, of any process, needs it.
    @discardableResult
    public func checkpoint() throws(SQLiteError) -> Bool {
        try openedWriter().truncateLog()
    }

    /// A number that changes when another process has committed; the commits of this one leave it as it is.
    public func dataVersion() throws(SQLiteError) -> Int {
        try openedWriter().dataVersion()
    }

    /// What the writer has done, and how large the log is.
    public func statistics() -> WriterStatistics {
        var statistics = writer?.statistics ?? WriterStatistics()
        statistics.pendingJobs = writeQueue.count
        statistics.logBytes = logBytes()
        return statistics
    }

    /// The size of the write-ahead log in bytes; an alarm is due when it stays far above that of `checkpointPages`.
    public nonisolated func logBytes() -> Int {
        ((try? FileSystem.size(path + "-wal")) ?? nil) ?? 0
    }

    /// Writes a compact copy of the database, as it is at one moment, to the new file `destination`, while others go
    /// on to read and write. The file has its name only once it is whole and on the disk.
    public nonisolated func backup(to destination: String) async throws(SQLiteError) {
        try await Backup(source: path, destination: destination, configuration: configuration).run()
    }

    /// Empties the log some time after the last commit.
    func scheduleIdleCheck() {
        guard !isIdleCheckScheduled, let writer, writer.hasUnsavedLog else { return }
        isIdleCheckScheduled = true
        let delay = DispatchTimeInterval.milliseconds(Int(max(1, configuration.idleDelay.wholeMilliseconds)))
        executor.queue.asyncAfter(deadline: .now() + delay) { [weak self] in
            self?.assumeIsolated { $0.idleCheck() }
        }
    }

    private func idleCheck() {
        isIdleCheckScheduled = false
        guard let writer else { return }
        let commits = writer.statistics.commits
        // A failure is one of the next write too, which tells its caller.
        if commits == commitsAtLastIdleCheck { _ = try? writer.truncateLog() }
        commitsAtLastIdleCheck = commits
        scheduleIdleCheck()
    }
}

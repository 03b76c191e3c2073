import Dispatch
import EventLoops
import Platform

extension Database {
    /// Copies the write-ahead log into the database file and truncates the log. The database does that by itself when
    /// it is idle, and copies after ``DatabaseConfiguration/checkpointPages`` pages; call this where the log has to be
    /// empty at once.
    ///
    /// It blocks the queue of the writer: jobs that write wait meanwhile.
    ///
    /// - Returns: Whether the log is empty now; false while a reader, of any process, needs it.
    /// - Throws: `closed`; `busy` if another process writes for longer than ``DatabaseConfiguration/busyTimeout``;
    ///   `full` or `io` if the disk fails; `corrupt` or `notADatabase` after damage was found.
    @discardableResult
    public func checkpoint() throws(SQLiteError) -> Bool {
        try openedWriter().truncateLog()
    }

    /// Makes the file smaller, if that is worth it. SQLite keeps the room of deleted rows for new ones; this is for a
    /// volume that is full.
    ///
    /// It blocks the queue of the writer, and needs room, for as much as is left in the file.
    ///
    /// - Parameters:
    ///   - gain: The fewest bytes that the volume has to gain.
    ///   - rest: The most bytes that may be left in the file.
    /// - Returns: Whether the file was made smaller; false, too, while a reader keeps it.
    /// - Throws: `closed`; `busy`, `full`, `io`, `gone`, `corrupt` or `notADatabase` as ``checkpoint()``.
    @discardableResult
    public func compact(gain: Int, rest: Int) throws(SQLiteError) -> Bool {
        try openedWriter().compact(gain: gain, rest: rest)
    }

    /// Gives a number that changes when another process has committed. Commits through this database leave it as it is.
    ///
    /// - Throws: `closed`; `busy`, `io`, `corrupt` or `notADatabase` if the file cannot be read.
    public func dataVersion() throws(SQLiteError) -> Int {
        try openedWriter().dataVersion()
    }

    /// Tells what the writer has done since the database was opened, and how large the log is. After ``close()`` the
    /// counts are 0.
    public func statistics() -> WriterStatistics {
        var statistics = writer?.statistics ?? WriterStatistics()
        statistics.pendingJobs = writeQueue.count
        statistics.isCheckPending = check != nil
        statistics.logBytes = logBytes()
        return statistics
    }

    /// Tells the size of the write-ahead log's file in bytes, 0 if there is none. A log that stays far larger than
    /// ``DatabaseConfiguration/checkpointPages`` pages means that a reading job never ends.
    ///
    /// It asks the file system on the calling thread, which is a matter of microseconds.
    public nonisolated func logBytes() -> Int {
        ((try? FileSystem.size(path + "-wal")) ?? nil) ?? 0
    }

    /// Writes a compact copy of the database, as it is at one moment, to a new file, while others go on to read and
    /// write. The copy has its name only when it is whole and on the disk; until then it is called
    /// `destination.unfinished`.
    ///
    /// The work is done on a queue of its own. The write-ahead log cannot begin anew before the copy is complete.
    /// Cancelling the task does not stop it.
    ///
    /// - Parameter destination: The path of the copy. No file may be there; the folder must exist.
    /// - Throws: `cannotOpen` if `destination` exists already or its folder does not; `permission`, `full` or `io` if
    ///   the copy cannot be written; `busy`, `corrupt` or `notADatabase` if the database cannot be read.
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

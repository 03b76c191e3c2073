import Platform

/// The lock of a database's writers in all processes, on two side files: `<database>.lock` is held around each
/// transaction and checkpoint, and `<database>.turn` while waiting for it.
///
/// The second one is what makes it fair: a process that writes without a pause has to queue behind the one that waits,
/// where it would else take the lock again at once, most times, and let the other one time out.
final class WriteLock {
    private let lock: FileLock
    private let turn: FileLock
    private let databasePath: String

    init(databasePath: String) throws(SQLiteError) {
        self.databasePath = databasePath
        (lock, turn) = try SQLiteError.mappingSystemErrors(path: databasePath) { () throws(SystemError) in
            (try FileLock(path: databasePath + ".lock"), try FileLock(path: databasePath + ".turn"))
        }
    }

    /// Takes the lock, and blocks the thread for `timeout` at most.
    /// - Throws: `busy` after that.
    func acquire(timeout: Duration) throws(SQLiteError) {
        let isHeld = try SQLiteError.mappingSystemErrors(path: databasePath) { () throws(SystemError) in
            let deadline = ContinuousClock.now + timeout
            guard try turn.lock(timeout: timeout) else { return false }
            defer { turn.unlock() }
            return try lock.lock(timeout: deadline - .now)
        }
        if !isHeld { throw Self.busy(databasePath: databasePath) }
    }

    /// The error of one who has waited too long, which names the process that is in the way.
    ///
    /// - Parameter unknown: What to say where that process is not to be seen.
    static func busy(databasePath: String, unknown: String? = nil) -> SQLiteError {
        let path = databasePath + ".lock"
        // Who waits holds the turn: look first whom all wait for.
        let holder = FileLock.holder(path: path) ?? FileLock.holder(path: databasePath + ".turn")
        var message = holder.map { "\($0) holds \(path)" } ?? unknown ?? "another process holds \(path)"
        if let holder, holder.isStopped {
            message +=
                " and is stopped: `kill -CONT \(holder.processID)` lets it go on, `kill -9 \(holder.processID)` ends it, "
                + "without loss of what was committed"
        }
        return SQLiteError(.busy, message: message, path: databasePath)
    }

    func release() {
        lock.unlock()
    }
}

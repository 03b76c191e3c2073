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
        if !isHeld {
            throw SQLiteError(.busy, message: "another process holds \(lock.path)", path: databasePath)
        }
    }

    func release() {
        lock.unlock()
    }
}

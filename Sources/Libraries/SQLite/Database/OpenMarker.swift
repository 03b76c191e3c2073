import Platform

/// The side file `<database>.open`, which exists while any process has the database open and is left behind by one
/// that was killed. Each process holds it shared, so that the last one to close knows that it is.
///
/// Opening and closing happen under the write lock of the database, which is what makes the removal of the file safe.
final class OpenMarker {
    private let lock: FileLock
    /// Whether nobody has the database open, and the last one to do so did not close it.
    let tellsOfUncleanStop: Bool
    private let existed: Bool

    init(databasePath: String) throws(SystemError) {
        let path = databasePath + ".open"
        existed = FileSystem.exists(path)
        lock = try FileLock(path: path)
        tellsOfUncleanStop = try lock.tryLock(.exclusive) && existed
        try lock.lock(.shared)
    }

    /// Removes the file if no other process has the database open.
    func markClosed() throws(SystemError) {
        if try lock.tryLock(.exclusive) { try FileSystem.remove(lock.path) }
        lock.unlock()
    }

    /// Leaves the file as it was found, after the database was refused.
    func withdraw() throws(SystemError) {
        if existed { lock.unlock() } else { try markClosed() }
    }
}

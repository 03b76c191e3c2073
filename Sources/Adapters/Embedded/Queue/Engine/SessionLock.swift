import Platform

/// The lock that shows that a session's owner is alive. The kernel releases it however the process dies.
struct SessionLock: Sendable {
    let id: Int64
    private let lock: FileLock

    init(directory: String) throws(SystemError) {
        // Somebody may have removed the folder.
        try FileSystem.createDirectory(directory)
        id = Int64.random(in: 1 ... .max)
        lock = try FileLock(path: Self.path(id, directory))
        try lock.lock()
    }

    /// Ends the session and removes its file.
    func release() {
        // Removed first: to other processes, an unlocked file means that its owner has died.
        try? FileSystem.remove(lock.path)
        lock.unlock()
    }

    /// Whether the owner of the session `id` is alive. True in case of doubt: its messages must not be given away.
    static func isAlive(_ id: Int64, _ directory: String) -> Bool {
        (try? FileLock.isHeldByAnother(path: path(id, directory))) ?? true
    }

    /// Removes the file of a session that has ended.
    static func removeFile(of id: Int64, _ directory: String) {
        try? FileSystem.remove(path(id, directory))
    }

    private static func path(_ id: Int64, _ directory: String) -> String {
        "\(directory)/\(String(id, radix: 36)).lock"
    }
}

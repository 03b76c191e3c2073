import Platform

/// The lock that says that a session's owner lives. The kernel releases it when the process dies, however it dies.
struct SessionLock: Sendable {
    let id: Int64
    private let lock: FileLock

    /// Takes the lock of a new session.
    init(directory: String) throws(SystemError) {
        // Somebody may have tidied up.
        try FileSystem.createDirectory(directory)
        id = Int64.random(in: 1 ... .max)
        lock = try FileLock(path: Self.path(id, directory))
        try lock.lock()
    }

    /// Ends the session; its file goes.
    func release() {
        // Removed first: a file that is there but not locked tells others that its owner has died.
        try? FileSystem.remove(lock.path)
        lock.unlock()
    }

    /// Whether the owner of the session `id` lives. If it cannot be told, it does: its messages must not be given away.
    static func isAlive(_ id: Int64, _ directory: String) -> Bool {
        (try? FileLock.isHeldByAnother(path: path(id, directory))) ?? true
    }

    /// Removes the file of a session that is over.
    static func removeFile(of id: Int64, _ directory: String) {
        try? FileSystem.remove(path(id, directory))
    }

    private static func path(_ id: Int64, _ directory: String) -> String {
        "\(directory)/\(String(id, radix: 36)).lock"
    }
}

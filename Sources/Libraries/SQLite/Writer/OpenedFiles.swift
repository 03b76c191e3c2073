import Platform
import Synchronization

/// The files of an open database, and whether they are still where they were opened.
///
/// A file that was removed, or whose folder was renamed or unmounted, takes commits as before; nobody will find them.
/// Without the log, its shared memory or the lock's file, the next process would read another state of the database
/// and write over this one's. Safe to use from any thread.
final class OpenedFiles: Sendable {
    private struct State {
        /// By the order of `suffixes`; nil until the file was seen.
        var files: [FileIdentity?]
        /// The folder when all files were last seen in their places.
        var folder: FolderStamp?
    }

    private static let suffixes = ["", "-wal", "-shm", ".lock"]

    private let path: String
    private let folder: String
    private let state = Mutex(State(files: suffixes.map { _ in nil }))

    init(databasePath: String) {
        path = databasePath
        folder = FileSystem.parent(of: databasePath) ?? "."
    }

    /// Takes the files that are there now for the opened ones, except that the database stays what it was.
    func adopt() throws(SQLiteError) {
        let found = Self.suffixes.map { FileIdentity(path: path + $0) }
        let isSame = state.withLock { state in
            guard state.files[0] == nil || state.files[0] == found[0] else { return false }
            state = State(files: found)
            return true
        }
        if !isSame { throw SQLiteError.gone(path) }
    }

    /// Takes the log and its shared memory as they are when they are seen next: SQLite may have removed them with the
    /// connection that was given up.
    func connectionWasGivenUp() {
        state.withLock { state in
            for index in state.files.indices where Self.suffixes[index].hasPrefix("-") { state.files[index] = nil }
            state.folder = nil
        }
    }

    /// Whether all files are in their places; costs one system call, unless names in the folder have changed.
    var areInPlace: Bool { missing() == nil }

    /// - Throws: `gone` if one of the files is elsewhere.
    func requireInPlace() throws(SQLiteError) {
        if let path = missing() { throw SQLiteError.gone(path) }
    }

    /// The path of the first file that is not in its place.
    private func missing() -> String? {
        let stamp = FolderStamp(path: folder)
        return state.withLock { state in
            if let stamp, stamp == state.folder { return nil }
            state.folder = nil
            for (index, suffix) in Self.suffixes.enumerated() {
                let found = FileIdentity(path: path + suffix)
                // The log and its shared memory are made with the first transaction, and stay while a connection is open.
                if state.files[index] == nil { state.files[index] = found }
                if state.files[index] != found { return path + suffix }
            }
            // Taken before the files were looked at: what has changed meanwhile gives another stamp.
            if let stamp, stamp.isSettled { state.folder = stamp }
            return nil
        }
    }
}

extension SQLiteError {
    fileprivate static func gone(_ path: String) -> SQLiteError {
        SQLiteError(.gone, message: "the file that was opened is no longer there", path: path)
    }
}

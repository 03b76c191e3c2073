import CSQLite
import EventLoops

/// What a connection is for, which decides how it is opened.
enum ConnectionRole {
    case writer, reader, backup
}

extension Connection {
    /// Opens a connection without looking into the file, let alone changing it.
    ///
    /// NOMUTEX: it is only ever used on one queue. EXRESCODE: errors tell which rule was broken.
    ///
    /// - Parameter creating: Whether the file is made if it is missing. Only who opens a database first does that: a file
    ///   that is missing later was removed.
    static func open(
        path: String, configuration: DatabaseConfiguration, creating: Bool
    ) throws(SQLiteError) -> Connection {
        let flags =
            SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        // A relative name could be one that SQLite takes for a URI or for a database in memory.
        let name = path.hasPrefix("/") ? path : "./" + path
        let handle = try ConnectionHandle(path: name, flags: flags)
        csqlite_set_defensive(handle.pointer)
        let connection = Connection(handle: handle, statementCacheCapacity: configuration.statementCacheCapacity)
        connection.setBusyTimeout(configuration.busyTimeout)
        return connection
    }

    /// Sets what the connection's role and `configuration` ask for. The file becomes a write-ahead log database, if it
    /// is not one yet.
    func configure(_ role: ConnectionRole, _ configuration: DatabaseConfiguration) throws(SQLiteError) {
        let mode = try prepare("PRAGMA journal_mode=WAL").first { row in row.string(0) }
        guard mode == "wal" else {
            throw SQLiteError(
                .cannotOpen,
                message: "the volume does not support write-ahead logging (\(mode ?? "no answer")); "
                    + "use a local disk", path: handle.path)
        }
        let cacheBytes = role == .writer ? configuration.cacheBytes : configuration.readerCacheBytes
        try execute(
            """
            PRAGMA synchronous=\(configuration.synchronous == .full ? "FULL" : "NORMAL");
            PRAGMA foreign_keys=ON;
            PRAGMA secure_delete=OFF;
            PRAGMA trusted_schema=OFF;
            PRAGMA journal_size_limit=\(configuration.logSizeLimit);
            PRAGMA wal_autocheckpoint=0;
            PRAGMA cache_size=\(-max(1, cacheBytes / 1_024));
            """)
        switch role {
        case .writer:
            handle.observeLogSize()
        case .reader:
            try execute("PRAGMA query_only=ON")
        case .backup:
            // It only reads, but VACUUM INTO is refused when query_only is on.
            break
        }
    }

    func setBusyTimeout(_ timeout: Duration) {
        sqlite3_busy_timeout(handle.pointer, Int32(clamping: timeout.wholeMilliseconds))
    }
}

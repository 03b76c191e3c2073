import CSQLite

/// Owns one `sqlite3 *`. The connection and its statements share it, so that it outlives them all. Not Sendable: it is
/// only touched on the queue of the database or reader that opened it.
final class ConnectionHandle {
    let pointer: OpaquePointer
    let path: String
    /// Set while a managed transaction is open: SQLite may end one by itself (full, I/O error), and whatever ran after
    /// that would be committed on its own.
    var isTransactionManaged = false
    /// Why no statement may run any more: SQLite ended the managed transaction by itself, or found damage, which
    /// writing on might make worse.
    private(set) var transactionLoss: SQLiteError?
    /// The pages in the write-ahead log after the last commit of this connection.
    private(set) var walPages = 0

    /// SQLite counts its memory under one lock for all threads, at each of some twenty allocations an event. Nobody
    /// asks for the counts. Refused, without harm, where another part of the program has begun to use SQLite before.
    private static let hasNoMemoryStatistics: Void = { _ = csqlite_disable_memory_statistics() }()

    init(path: String, flags: Int32) throws(SQLiteError) {
        Self.hasNoMemoryStatistics
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        guard result == SQLITE_OK, let opened else {
            // SQLite makes a handle even when it fails, unless memory is short; it holds the message.
            let message = String(cString: opened.flatMap(sqlite3_errmsg) ?? sqlite3_errstr(result))
            sqlite3_close_v2(opened)
            throw SQLiteError(extendedResultCode: result, message: message, sql: nil, path: path)
        }
        pointer = opened
        self.path = path
    }

    deinit {
        // No statement is left, as each of them holds this object.
        sqlite3_close_v2(pointer)
    }

    /// Counts the pages of the log from now on; replaces SQLite's own automatic checkpoint, which uses the same hook.
    func observeLogSize() {
        // The hook is called within commits of this connection only, hence never after deinit nor on another queue.
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            pointer,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<ConnectionHandle>.fromOpaque(context).takeUnretainedValue().walPages = Int(pages)
                return SQLITE_OK
            }, context)
    }

    func logWasTruncated() {
        walPages = 0
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }

    /// The error of the last call on this connection that failed; to be made before the next call.
    func error(_ result: Int32, sql: String?) -> SQLiteError {
        let message = String(cString: sqlite3_errmsg(pointer))
        let error = SQLiteError(extendedResultCode: result, message: message, sql: sql, path: path)
        if isTransactionManaged, transactionLoss == nil, !isInTransaction || error.isDamage { transactionLoss = error }
        return error
    }

    /// Throws if the managed transaction is lost.
    func requireTransaction() throws(SQLiteError) {
        if let transactionLoss { throw transactionLoss }
    }

    func beginManagedTransaction() {
        isTransactionManaged = true
    }

    func endManagedTransaction() {
        isTransactionManaged = false
        transactionLoss = nil
    }
}

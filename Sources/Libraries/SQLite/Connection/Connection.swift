import CSQLite

/// A connection to the database, lent to the closures of `Database`. Synchronous; not Sendable, so that it never leaves
/// the closure and the queue it is used on.
public final class Connection {
    let handle: ConnectionHandle
    private var cache: StatementCache

    init(handle: ConnectionHandle, statementCacheCapacity: Int) {
        self.handle = handle
        cache = StatementCache(capacity: statementCacheCapacity)
    }

    /// The statement `sql`, prepared at its first use and kept from then on.
    public func prepare(_ sql: StaticString) throws(SQLiteError) -> Statement {
        try cache.statement(sql, handle: handle)
    }

    /// The statement `sql`, whose text the program makes, for example with one placeholder an element. Values belong
    /// into arguments, never into the text. The most recently used ones stay prepared.
    public func prepare(dynamic sql: String) throws(SQLiteError) -> Statement {
        try cache.statement(sql, handle: handle)
    }

    /// Runs the statements of a script, one after the other, without arguments; for schemas and pragmas.
    public func execute(_ script: String) throws(SQLiteError) {
        try handle.requireTransaction()
        let result = sqlite3_exec(handle.pointer, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw handle.error(result, sql: script) }
    }

    /// Runs `body` such that either all of its changes are made or, if it throws, none; may be nested. Within the
    /// write transaction that `Database.write` opens it is a savepoint.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        let isNested = handle.isInTransaction
        try prepare(isNested ? "SAVEPOINT nested" : "BEGIN IMMEDIATE").run()
        do {
            let result = try body()
            try prepare(isNested ? "RELEASE nested" : "COMMIT").run()
            return result
        } catch {
            // SQLite may have ended the transaction itself; there is nothing to roll back then.
            if handle.isInTransaction {
                if isNested { try prepare("ROLLBACK TO nested").run() }
                try prepare(isNested ? "RELEASE nested" : "ROLLBACK").run()
            }
            throw error
        }
    }

    /// The number of rows that the last INSERT, UPDATE or DELETE changed.
    public var changes: Int { Int(sqlite3_changes64(handle.pointer)) }

    /// The number of rows changed since the connection was opened, by triggers too.
    public var totalChanges: Int { Int(sqlite3_total_changes64(handle.pointer)) }

    /// The rowid of the last row inserted.
    public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle.pointer) }

    /// Whether a transaction is open; SQLite may end one by itself when the disk is full or fails.
    public var isInTransaction: Bool { handle.isInTransaction }

    /// A number that changes when somebody else, another connection or process, has committed; cheap to ask.
    public func dataVersion() throws(SQLiteError) -> Int {
        try first("PRAGMA data_version") { row in row.int(0) } ?? 0
    }

    /// The size of the database in pages and the size of one in bytes.
    func pages() throws(SQLiteError) -> (count: Int, size: Int) {
        (
            try first("PRAGMA page_count") { row in row.int(0) } ?? 0,
            try first("PRAGMA page_size") { row in row.int(0) } ?? 0
        )
    }

    /// Forgets the prepared statements; those in use elsewhere live on until they are released.
    func removeStatements() {
        cache.removeAll()
    }

    var cachedStatementCount: Int { cache.count }
}

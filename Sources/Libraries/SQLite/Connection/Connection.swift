import CSQLite

/// A connection to the database, lent to the jobs of ``Database/read(_:)`` and ``Database/write(_:)`` and to the steps
/// of a ``Migration``.
///
/// Every call blocks its thread, which is a queue of the database, until SQLite has done its work. A connection is not
/// `Sendable`: neither it nor its statements may leave the job that they were lent to.
///
/// Where SQLite ends a write transaction by itself (`full`, `io`, `outOfMemory`), or finds damage (`corrupt`,
/// `notADatabase`), each further statement of that transaction throws the same error again. What a job runs after such
/// an error is never committed, even if the job ignores it.
public final class Connection {
    let handle: ConnectionHandle
    private var cache: StatementCache

    init(handle: ConnectionHandle, statementCacheCapacity: Int) {
        self.handle = handle
        cache = StatementCache(capacity: statementCacheCapacity)
    }

    /// Gives the statement `sql`, which is prepared at its first use and kept as long as the connection lives.
    ///
    /// - Parameter sql: The text of one statement, with `?` for each argument.
    /// - Throws: `misuse` if `sql` is not exactly one statement, is not SQL that SQLite knows, or names a table or
    ///   column that does not exist; `outOfMemory`; `busy`, `io`, `corrupt` or `notADatabase` if the schema cannot be
    ///   read.
    public func prepare(_ sql: StaticString) throws(SQLiteError) -> Statement {
        try cache.statement(sql, handle: handle)
    }

    /// Gives the statement `sql`, whose text the program makes, for example with one placeholder per element. The most
    /// recently used ones stay prepared: ``DatabaseConfiguration/statementCacheCapacity`` of them.
    ///
    /// - Parameter sql: The text of one statement. Values belong into arguments, never into the text.
    /// - Throws: `misuse` if `sql` is not exactly one statement, is not SQL that SQLite knows, or names a table or
    ///   column that does not exist; `tooBig` if it is longer than SQLite permits; `outOfMemory`; `busy`, `io`,
    ///   `corrupt` or `notADatabase` if the schema cannot be read.
    public func prepare(dynamic sql: String) throws(SQLiteError) -> Statement {
        try cache.statement(sql, handle: handle)
    }

    /// Runs the statements of a script, one after the other, without arguments; for schemas and pragmas.
    ///
    /// The statements before the one that fails have been run. Within a job or a migration they are undone with the
    /// transaction, if the error is thrown on.
    ///
    /// - Parameter script: Statements, separated by semicolons. Rows that they give are passed over.
    /// - Throws: `misuse` for wrong SQL; the codes that running a ``Statement`` throws.
    public func execute(_ script: String) throws(SQLiteError) {
        try handle.requireTransaction()
        let result = sqlite3_exec(handle.pointer, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw handle.error(result, sql: script) }
    }

    /// Runs `body` such that either all of its changes are made or, if it throws, none. Calls may be nested.
    ///
    /// A job of ``Database/write(_:)`` is undone as a whole when it throws; this undoes a part of it, as a savepoint.
    ///
    /// - Parameter body: Makes the changes through this connection. It must not begin or end a transaction by
    ///   statements of its own.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``SQLiteError`` with the codes of ``Statement`` if the savepoint cannot be made or
    ///   ended.
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

    /// The number of rows that the last INSERT, UPDATE or DELETE of this connection changed, without those that its
    /// triggers and foreign keys changed.
    public var changes: Int { Int(sqlite3_changes64(handle.pointer)) }

    /// The number of rows changed since the connection was opened, by triggers and foreign keys, too.
    public var totalChanges: Int { Int(sqlite3_total_changes64(handle.pointer)) }

    /// The rowid of the last row that this connection inserted, 0 before the first. The jobs of all callers share the
    /// connection: ask within the job that inserted.
    public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle.pointer) }

    /// Whether a transaction is open. SQLite may end one by itself when the disk is full or fails.
    public var isInTransaction: Bool { handle.isInTransaction }

    /// Gives a number that changes when somebody else, another connection or process, has committed. The question costs
    /// a few microseconds; only numbers of the same connection can be compared.
    ///
    /// - Throws: `busy`, `io`, `corrupt` or `notADatabase` if the file cannot be read.
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

import CSQLite

/// Why SQLite, or this wrapper, refused.
///
/// Decide by ``code``, by ``isTransient`` and by ``isOutcomeUnknown``; show ``description``, which says what to do next
/// and shows the statement without its arguments. An error is a value and safe to use from any thread.
public struct SQLiteError: Error, Hashable, Sendable {
    /// The kind of failure, which is what programs decide by.
    public var code: Code
    /// SQLite's extended result code (<https://sqlite.org/rescode.html>); 0 where the wrapper itself refused.
    public var extendedResultCode: Int32
    /// What SQLite or the wrapper says, in one line. It may name tables and columns.
    public var message: String
    /// The statement, with its placeholders and without its arguments; nil if the failure is not that of a statement.
    public var sql: String?
    /// The database file; nil if the failure does not concern a file.
    public var path: String?
    /// Whether the transaction may have been committed all the same: the disk failed during the commit. What was
    /// written must be looked up before it is repeated, unless repeating does no harm.
    public var isOutcomeUnknown: Bool

    /// Makes an error of your own, for what SQLite does not know of, such as a stored value that cannot be decoded.
    /// ``extendedResultCode`` is 0, and ``isOutcomeUnknown`` false.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What is wrong, in one line, without values that must not be seen.
    ///   - sql: The statement, with its placeholders.
    ///   - path: The database file.
    public init(_ code: Code, message: String, sql: String? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
        self.path = path
        extendedResultCode = 0
        isOutcomeUnknown = false
    }

    init(extendedResultCode: Int32, message: String, sql: String?, path: String?) {
        self.init(Code(extendedResultCode: extendedResultCode), message: message, sql: sql, path: path)
        self.extendedResultCode = extendedResultCode
    }

    /// Whether the volume, or the size that the database is limited to, is full. The write was undone; reading goes on,
    /// and writing works again when there is room.
    public var isFull: Bool { code == .full }

    /// Whether the file is not what SQLite has written.
    var isDamage: Bool { code == .corrupt || code == .notADatabase }

    /// Whether the same call may well succeed a little later, so that it is worth repeating: `busy`, `locked`,
    /// `interrupted`, `overloaded`, `outOfMemory` and `full`. After each of these nothing was stored.
    public var isTransient: Bool {
        switch code.kind {
        case .busy, .locked, .interrupted, .overloaded, .outOfMemory, .full: true
        default: false
        }
    }
}

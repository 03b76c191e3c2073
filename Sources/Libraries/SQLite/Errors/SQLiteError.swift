import CSQLite

/// Why SQLite, or this wrapper, refused. Its description says what to do next and never shows bound arguments.
public struct SQLiteError: Error, Hashable, Sendable {
    /// The kind of failure, which is what programs decide by.
    public var code: Code
    /// SQLite's extended result code; 0 where the wrapper itself refused.
    public var extendedResultCode: Int32
    /// What SQLite or the wrapper says.
    public var message: String
    /// The statement, with its placeholders and without its arguments.
    public var sql: String?
    /// The database file.
    public var path: String?
    /// Whether the transaction may have been committed all the same: the disk failed during the commit. What was
    /// written must be looked up before it is repeated, unless repeating does no harm.
    public var isOutcomeUnknown: Bool

    /// Describes a failure; for what SQLite does not know of, such as a stored value that cannot be decoded.
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

    /// Whether the volume, or the size that the database is limited to, is full. The write was undone; reading goes
    /// on, and the write works again when there is room.
    public var isFull: Bool { code == .full }

    /// Whether the file is not what SQLite has written.
    var isDamage: Bool { code == .corrupt || code == .notADatabase }

    /// Whether the same call may well succeed a little later with nothing changed.
    public var isTransient: Bool {
        switch code.kind {
        case .busy, .locked, .interrupted, .overloaded, .outOfMemory, .full: true
        default: false
        }
    }
}

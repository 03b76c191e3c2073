import CSQLite

/// A prepared statement of a ``Connection``.
///
/// Every call binds its arguments, runs the statement, resets it and forgets the arguments, also when the call throws,
/// so that no read lock and no memory stays behind. Each call blocks its thread until SQLite has done the work.
///
/// A statement is not `Sendable`: it stays within the job that was lent the connection. Within a row closure of its own
/// query it cannot be run again (`misuse`); ``Connection/prepare(_:)`` then gives another one of the same text.
///
/// ### What running a statement throws
///
/// - `constraint`, `mismatch` or `tooBig`, if a value is not allowed where it is to be stored.
/// - `readOnly`, if it writes in a job of ``Database/read(_:)``.
/// - `misuse`, if it takes another number of arguments, is run within its own query, or computes what SQLite cannot.
/// - `locked`, if another statement of the connection is in its way.
/// - `busy`, if another program, which does not know of this library's locks, holds the file.
/// - `full`, `io` or `outOfMemory`, if the system fails; then SQLite may have ended the transaction.
/// - `corrupt` or `notADatabase`, if the file is damaged.
/// - In a write transaction that SQLite has ended by itself: the error that ended it.
public final class Statement {
    let pointer: OpaquePointer
    private let handle: ConnectionHandle
    /// Whether a query of it is under way.
    private(set) var isRunning = false
    /// Texts and blobs of the run under way: SQLite would ask for memory, and give it back, for each of them. Only for
    /// statements that are kept.
    private let arguments: UnsafeMutableRawBufferPointer?
    private var argumentBytes = 0

    /// Of a posted event: its id, its body, its headers.
    private static let argumentCapacity = 2_048

    /// Prepares the one statement in `sql`.
    /// - Parameter isKept: whether it will be used many times, so that SQLite takes its memory from where it may stay.
    init(handle: ConnectionHandle, sql: UnsafeBufferPointer<UInt8>, isKept: Bool) throws(SQLiteError) {
        var prepared: OpaquePointer?
        var rest: Int?
        let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let result = sql.withMemoryRebound(to: CChar.self) { text in
            var tail: UnsafePointer<CChar>?
            let result = sqlite3_prepare_v3(
                handle.pointer, text.baseAddress, Int32(clamping: text.count), flags, &prepared, &tail)
            if let start = text.baseAddress, let tail { rest = start.distance(to: tail) }
            return result
        }
        guard result == SQLITE_OK else { throw handle.error(result, sql: String(decoding: sql, as: UTF8.self)) }
        let isAllRead = sql[(rest ?? 0)...].allSatisfy { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ";") }
        guard let prepared, isAllRead else {
            sqlite3_finalize(prepared)
            throw SQLiteError(
                .misuse, message: prepared == nil ? "there is no statement" : "there is more than one statement",
                sql: String(decoding: sql, as: UTF8.self), path: handle.path)
        }
        pointer = prepared
        self.handle = handle
        arguments = isKept ? .allocate(byteCount: Self.argumentCapacity, alignment: 16) : nil
    }

    deinit {
        sqlite3_finalize(pointer)
        arguments?.deallocate()
    }

    /// The text of the statement, with its placeholders.
    public var sql: String { sqlite3_sql(pointer).map { String(cString: $0) } ?? "" }

    /// Begins a run with `count` arguments; each successful call is followed by `finish`.
    @usableFromInline
    func start(argumentCount: Int32) throws(SQLiteError) {
        try handle.requireTransaction()
        guard !isRunning else {
            throw SQLiteError(.misuse, message: "a statement is run within its own query", sql: sql, path: handle.path)
        }
        let wanted = sqlite3_bind_parameter_count(pointer)
        guard argumentCount == wanted else {
            throw SQLiteError(
                .misuse, message: "the statement takes \(wanted) arguments, not \(argumentCount)", sql: sql,
                path: handle.path)
        }
        isRunning = true
    }

    @usableFromInline
    func finish() {
        // The result of a reset repeats the error of the step, which was thrown already.
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
        argumentBytes = 0
        isRunning = false
    }

    /// Copies an argument to where it stays until the run ends.
    ///
    /// - Returns: Where the copy is; nil if there is no room for it, so that SQLite has to copy it.
    func kept(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
        guard let arguments, bytes.count <= arguments.count - argumentBytes else { return nil }
        let place = UnsafeMutableRawBufferPointer(rebasing: arguments[argumentBytes..<argumentBytes + bytes.count])
        place.copyMemory(from: bytes)
        argumentBytes += bytes.count
        return place.baseAddress.map { UnsafeRawPointer($0) }
    }

    /// Goes on to the next row.
    /// - Returns: whether there is one.
    @usableFromInline
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw error(result)
        }
    }

    @usableFromInline
    func row() -> Row {
        Row(pointer: pointer)
    }

    func error(_ result: Int32) -> SQLiteError {
        handle.error(result, sql: sql)
    }
}

import CSQLite

/// A placeholder of a statement that is being bound, valid only within ``SQLiteBindable/bind(to:)`` and on its thread.
///
/// Texts and blobs are copied while they are bound, so that no memory of the caller has to outlive the call.
public struct SQLiteParameter: ~Copyable {
    private let statement: Statement
    private let index: Int32

    @usableFromInline
    init(statement: Statement, index: Int32) {
        self.statement = statement
        self.index = index
    }

    /// Binds `value` as an INTEGER.
    ///
    /// - Throws: `outOfMemory`.
    public func bind(_ value: Int64) throws(SQLiteError) {
        try check(sqlite3_bind_int64(statement.pointer, index, value))
    }

    /// Binds `value` as a REAL; SQLite stores a NaN as NULL.
    ///
    /// - Throws: `outOfMemory`.
    public func bind(_ value: Double) throws(SQLiteError) {
        try check(sqlite3_bind_double(statement.pointer, index, value))
    }

    /// Binds NULL.
    ///
    /// - Throws: `outOfMemory`.
    public func bindNull() throws(SQLiteError) {
        try check(sqlite3_bind_null(statement.pointer, index))
    }

    /// Binds `value` as TEXT, NUL characters included.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for more than a billion bytes.
    public func bind(_ value: String) throws(SQLiteError) {
        var value = value
        try check(
            value.withUTF8 { text in
                // An empty string may have no address, and a null address would be NULL.
                guard let start = text.baseAddress else {
                    return csqlite_bind_text(statement.pointer, index, "", 0, 0)
                }
                let kept = statement.kept(UnsafeRawBufferPointer(text))
                return csqlite_bind_text(
                    statement.pointer, index, kept ?? UnsafeRawPointer(start), UInt64(text.count), kept == nil ? 0 : 1)
            })
    }

    /// Binds `value` as a BLOB; no bytes are an empty BLOB, not NULL.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for more than a billion bytes.
    public func bind(_ value: Span<UInt8>) throws(SQLiteError) {
        try check(
            value.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_zeroblob(statement.pointer, index, 0)
                }
                let kept = statement.kept(bytes)
                return csqlite_bind_blob(
                    statement.pointer, index, kept ?? start, UInt64(bytes.count), kept == nil ? 0 : 1)
            })
    }

    private func check(_ result: Int32) throws(SQLiteError) {
        guard result == SQLITE_OK else { throw statement.error(result) }
    }
}

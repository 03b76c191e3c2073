/// A Swift value that can be an argument of a statement. A type of your own conforms by binding one of the types that
/// SQLite knows:
///
/// ```swift
/// extension Identifier: SQLiteBindable {
///     func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(bytes) }
/// }
/// ```
public protocol SQLiteBindable {
    /// Binds this value to `parameter`, which takes one value.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for a text or blob of more than a billion bytes; what the type itself refuses.
    func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError)
}

extension Int64: SQLiteBindable {
    /// Binds the number as an INTEGER.
    ///
    /// - Throws: `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension Int: SQLiteBindable {
    /// Binds the number as an INTEGER.
    ///
    /// - Throws: `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(Int64(self)) }
}

extension Int32: SQLiteBindable {
    /// Binds the number as an INTEGER.
    ///
    /// - Throws: `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(Int64(self)) }
}

extension Bool: SQLiteBindable {
    /// Binds the INTEGER 1 for true, 0 for false.
    ///
    /// - Throws: `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) {
        try parameter.bind(Int64(self ? 1 : 0))
    }
}

extension Double: SQLiteBindable {
    /// Binds the number as a REAL; SQLite stores a NaN as NULL.
    ///
    /// - Throws: `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension String: SQLiteBindable {
    /// Binds the text as TEXT, NUL characters included.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for more than a billion bytes.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension [UInt8]: SQLiteBindable {
    /// Binds the bytes as a BLOB; no bytes are an empty BLOB, not NULL.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for more than a billion bytes.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(span) }
}

extension ArraySlice<UInt8>: SQLiteBindable {
    /// Binds the bytes as a BLOB; no bytes are an empty BLOB, not NULL.
    ///
    /// - Throws: `outOfMemory`; `tooBig` for more than a billion bytes.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(span) }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
    /// Binds the value, or NULL for nil.
    ///
    /// - Throws: What binding the value throws; `outOfMemory`.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) {
        if let self { try self.bind(to: parameter) } else { try parameter.bindNull() }
    }
}

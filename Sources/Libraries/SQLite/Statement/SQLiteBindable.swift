/// A Swift value that can be an argument of a statement. Types of your own conform by binding one of the types that
/// SQLite knows:
///
/// ```swift
/// extension Identifier: SQLiteBindable {
///     func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(bytes) }
/// }
/// ```
public protocol SQLiteBindable {
    /// Binds this value to `parameter`, once.
    func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError)
}

extension Int64: SQLiteBindable {
    /// Binds an INTEGER.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension Int: SQLiteBindable {
    /// Binds an INTEGER.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(Int64(self)) }
}

extension Int32: SQLiteBindable {
    /// Binds an INTEGER.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(Int64(self)) }
}

extension Bool: SQLiteBindable {
    /// Binds the INTEGER 1 or 0.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) {
        try parameter.bind(Int64(self ? 1 : 0))
    }
}

extension Double: SQLiteBindable {
    /// Binds a REAL; SQLite stores a NaN as NULL.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension String: SQLiteBindable {
    /// Binds a TEXT, NUL characters included.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(self) }
}

extension [UInt8]: SQLiteBindable {
    /// Binds a BLOB; an empty one is an empty BLOB, not NULL.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(span) }
}

extension ArraySlice<UInt8>: SQLiteBindable {
    /// Binds a BLOB; an empty one is an empty BLOB, not NULL.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) { try parameter.bind(span) }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
    /// Binds the value, or NULL.
    @inlinable
    public func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) {
        if let self { try self.bind(to: parameter) } else { try parameter.bindNull() }
    }
}

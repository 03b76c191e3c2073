import CSQLite

/// The row that a query has reached, valid only within the closure that it is lent to.
///
/// Columns count from 0, in the order of the query. Nothing here throws: values are converted as SQLite does
/// (<https://sqlite.org/c3ref/column_blob.html>). NULL reads as 0 or as empty, a text that begins with a number reads
/// as that number, and any other text as 0. For columns that may be NULL there are the optional variants. A column that
/// the query does not have reads as NULL.
///
/// A row cannot be copied, and is used on the thread of the closure only.
public struct Row: ~Copyable {
    private let pointer: OpaquePointer

    init(pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// The number of columns of the query.
    public var columnCount: Int { Int(sqlite3_column_count(pointer)) }

    /// Tells whether the column at index `column` is NULL.
    public func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL
    }

    /// Reads the column as an integer of 64 bits. A REAL loses its fraction, and one out of range becomes the nearest
    /// integer.
    public func int(_ column: Int) -> Int {
        Int(sqlite3_column_int64(pointer, Int32(column)))
    }

    /// Reads the column as an integer of 64 bits, as ``int(_:)`` does.
    public func int64(_ column: Int) -> Int64 {
        sqlite3_column_int64(pointer, Int32(column))
    }

    /// Reads the column as a truth value: whether it is an integer other than 0.
    public func bool(_ column: Int) -> Bool {
        sqlite3_column_int64(pointer, Int32(column)) != 0
    }

    /// Reads the column as a floating-point number.
    public func double(_ column: Int) -> Double {
        sqlite3_column_double(pointer, Int32(column))
    }

    /// Reads the column as a text. Bytes that are not UTF-8 become U+FFFD; a number becomes its decimal digits.
    public func string(_ column: Int) -> String {
        guard let start = sqlite3_column_text(pointer, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Copies the bytes of the column: of a BLOB as they are, of a TEXT in UTF-8.
    public func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(pointer, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: byteCount(column)))
    }

    /// Tells the number of bytes of the column: of a BLOB as it is, of a TEXT in UTF-8, 0 for NULL.
    public func byteCount(_ column: Int) -> Int {
        Int(sqlite3_column_bytes(pointer, Int32(column)))
    }

    /// Lends the bytes of the column to `body` without copying them.
    ///
    /// - Parameters:
    ///   - column: The index of the column.
    ///   - body: Reads the bytes, which are valid within the call only; for NULL there are none.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withSpan<Result, Failure: Error>(
        _ column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let start = sqlite3_column_blob(pointer, Int32(column)) else { return try body(Span()) }
        let bytes = UnsafeRawBufferPointer(start: start, count: byteCount(column)).assumingMemoryBound(to: UInt8.self)
        return try body(bytes.span)
    }

    /// Reads the column as ``int(_:)`` does; nil for NULL.
    public func optionalInt(_ column: Int) -> Int? {
        isNull(column) ? nil : int(column)
    }

    /// Reads the column as ``int64(_:)`` does; nil for NULL.
    public func optionalInt64(_ column: Int) -> Int64? {
        isNull(column) ? nil : int64(column)
    }

    /// Reads the column as ``double(_:)`` does; nil for NULL.
    public func optionalDouble(_ column: Int) -> Double? {
        isNull(column) ? nil : double(column)
    }

    /// Reads the column as ``bool(_:)`` does; nil for NULL.
    public func optionalBool(_ column: Int) -> Bool? {
        isNull(column) ? nil : bool(column)
    }

    /// Reads the column as ``string(_:)`` does; nil for NULL.
    public func optionalString(_ column: Int) -> String? {
        isNull(column) ? nil : string(column)
    }

    /// Copies the bytes of the column as ``bytes(_:)`` does; nil for NULL.
    public func optionalBytes(_ column: Int) -> [UInt8]? {
        isNull(column) ? nil : bytes(column)
    }
}

import CSQLite

/// The row that a query has reached; valid only within the closure it is lent to. Columns count from 0.
///
/// Values are converted the way SQLite does: NULL is 0 or empty, and a text that is a number reads as that number. A
/// column that may be NULL has the optional variants. Reading a column that the query does not have gives NULL.
public struct Row: ~Copyable {
    private let pointer: OpaquePointer

    init(pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// The number of columns.
    public var columnCount: Int { Int(sqlite3_column_count(pointer)) }

    /// Whether the column is NULL.
    public func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL
    }

    /// The column as an integer.
    public func int(_ column: Int) -> Int {
        Int(sqlite3_column_int64(pointer, Int32(column)))
    }

    /// The column as an integer of 64 bits.
    public func int64(_ column: Int) -> Int64 {
        sqlite3_column_int64(pointer, Int32(column))
    }

    /// The column as a truth value: whether it is not 0.
    public func bool(_ column: Int) -> Bool {
        sqlite3_column_int64(pointer, Int32(column)) != 0
    }

    /// The column as a floating-point number.
    public func double(_ column: Int) -> Double {
        sqlite3_column_double(pointer, Int32(column))
    }

    /// The column as a text; bytes that are no UTF-8 are replaced.
    public func string(_ column: Int) -> String {
        guard let start = sqlite3_column_text(pointer, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A copy of the column's bytes.
    public func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(pointer, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: byteCount(column)))
    }

    /// The number of bytes of the column's text or blob.
    public func byteCount(_ column: Int) -> Int {
        Int(sqlite3_column_bytes(pointer, Int32(column)))
    }

    /// Lends the column's bytes to `body` without copying them.
    public func withSpan<Result, Failure: Error>(
        _ column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let start = sqlite3_column_blob(pointer, Int32(column)) else { return try body(Span()) }
        let bytes = UnsafeRawBufferPointer(start: start, count: byteCount(column)).assumingMemoryBound(to: UInt8.self)
        return try body(bytes.span)
    }

    /// The column as an integer; nil for NULL.
    public func optionalInt(_ column: Int) -> Int? {
        isNull(column) ? nil : int(column)
    }

    /// The column as an integer of 64 bits; nil for NULL.
    public func optionalInt64(_ column: Int) -> Int64? {
        isNull(column) ? nil : int64(column)
    }

    /// The column as a floating-point number; nil for NULL.
    public func optionalDouble(_ column: Int) -> Double? {
        isNull(column) ? nil : double(column)
    }

    /// The column as a truth value; nil for NULL.
    public func optionalBool(_ column: Int) -> Bool? {
        isNull(column) ? nil : bool(column)
    }

    /// The column as a text; nil for NULL.
    public func optionalString(_ column: Int) -> String? {
        isNull(column) ? nil : string(column)
    }

    /// A copy of the column's bytes; nil for NULL.
    public func optionalBytes(_ column: Int) -> [UInt8]? {
        isNull(column) ? nil : bytes(column)
    }
}

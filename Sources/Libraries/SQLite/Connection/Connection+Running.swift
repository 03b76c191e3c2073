extension Connection {
    /// Runs the statement `sql` to its end. Rows that it gives are passed over.
    ///
    /// - Parameters:
    ///   - sql: The text of one statement, with `?` for each argument. It stays prepared for the next call.
    ///   - values: The arguments, one for each placeholder, in order.
    /// - Throws: `misuse` if `sql` cannot be prepared or takes another number of arguments; the codes that running a
    ///   ``Statement`` throws.
    @inlinable
    public func run<each Value: SQLiteBindable>(
        _ sql: StaticString, _ values: repeat each Value
    ) throws(SQLiteError) {
        try prepare(sql).run(repeat each values)
    }

    /// Runs the query `sql` and hands its rows to `body`, one after the other, without keeping them.
    ///
    /// - Parameters:
    ///   - sql: The text of one statement, with `?` for each argument. It stays prepared for the next call.
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - body: Is called with each row, which is valid within the call only. The query ends when it throws.
    /// - Throws: `misuse` if `sql` cannot be prepared or takes another number of arguments; the codes that running a
    ///   ``Statement`` throws; what `body` throws.
    @inlinable
    public func forEach<each Value: SQLiteBindable>(
        _ sql: StaticString, _ values: repeat each Value, row body: (borrowing Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try prepare(sql).forEach(repeat each values, row: body)
    }

    /// Runs the query `sql` and collects what `transform` makes of each row. Bound the number of rows by LIMIT, as all
    /// of them are in memory at once.
    ///
    /// - Parameters:
    ///   - sql: The text of one statement, with `?` for each argument. It stays prepared for the next call.
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - transform: Makes an element of a row, which is valid within the call only. The query ends when it throws.
    /// - Returns: The elements in the order of the rows.
    /// - Throws: `misuse` if `sql` cannot be prepared or takes another number of arguments; the codes that running a
    ///   ``Statement`` throws; what `transform` throws.
    @inlinable
    public func query<each Value: SQLiteBindable, Element>(
        _ sql: StaticString, _ values: repeat each Value,
        row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        try prepare(sql).query(repeat each values, row: transform)
    }

    /// Runs the query `sql` and gives what `transform` makes of its first row. Further rows are not looked at; a
    /// statement that writes and has RETURNING has written all of its rows nevertheless.
    ///
    /// - Parameters:
    ///   - sql: The text of one statement, with `?` for each argument. It stays prepared for the next call.
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - transform: Makes the result of the row, which is valid within the call only.
    /// - Returns: What `transform` returned, or nil if the query gave no row.
    /// - Throws: `misuse` if `sql` cannot be prepared or takes another number of arguments; the codes that running a
    ///   ``Statement`` throws; what `transform` throws.
    @inlinable
    public func first<each Value: SQLiteBindable, Element>(
        _ sql: StaticString, _ values: repeat each Value,
        row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        try prepare(sql).first(repeat each values, row: transform)
    }
}

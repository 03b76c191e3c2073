extension Connection {
    /// Runs the statement `sql` to its end with `values` as its arguments.
    @inlinable
    public func run<each Value: SQLiteBindable>(
        _ sql: StaticString, _ values: repeat each Value
    ) throws(SQLiteError) {
        try prepare(sql).run(repeat each values)
    }

    /// Runs the query `sql` and hands each row to `body` without keeping them.
    @inlinable
    public func forEach<each Value: SQLiteBindable>(
        _ sql: StaticString, _ values: repeat each Value, row body: (borrowing Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try prepare(sql).forEach(repeat each values, row: body)
    }

    /// Runs the query `sql` and collects what `transform` makes of each row.
    @inlinable
    public func query<each Value: SQLiteBindable, Element>(
        _ sql: StaticString, _ values: repeat each Value,
        row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        try prepare(sql).query(repeat each values, row: transform)
    }

    /// Runs the query `sql` and gives what `transform` makes of its first row; nil if there is none.
    @inlinable
    public func first<each Value: SQLiteBindable, Element>(
        _ sql: StaticString, _ values: repeat each Value,
        row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        try prepare(sql).first(repeat each values, row: transform)
    }
}

extension Statement {
    /// Runs the statement to its end with `values` as its arguments; rows that it gives are passed over.
    @inlinable
    public func run<each Value: SQLiteBindable>(_ values: repeat each Value) throws(SQLiteError) {
        try start(repeat each values)
        defer { finish() }
        while try step() {}
    }

    /// Runs the query and hands each row to `body`, one after the other, without keeping them.
    @inlinable
    public func forEach<each Value: SQLiteBindable>(
        _ values: repeat each Value, row body: (borrowing Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try start(repeat each values)
        defer { finish() }
        while try step() { try body(row()) }
    }

    /// Runs the query and collects what `transform` makes of each row. The caller bounds the number of rows, by LIMIT.
    @inlinable
    public func query<each Value: SQLiteBindable, Element>(
        _ values: repeat each Value, row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        try start(repeat each values)
        defer { finish() }
        var elements: [Element] = []
        while try step() { elements.append(try transform(row())) }
        return elements
    }

    /// Runs the query and gives what `transform` makes of its first row; nil if there is none. Later rows are not
    /// looked at, so a statement that writes (RETURNING) has written all its rows all the same.
    @inlinable
    public func first<each Value: SQLiteBindable, Element>(
        _ values: repeat each Value, row transform: (borrowing Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        try start(repeat each values)
        defer { finish() }
        return try step() ? transform(row()) : nil
    }

    /// Binds `values` and leaves the statement ready for its first step; on an error it is reset.
    @inlinable
    func start<each Value: SQLiteBindable>(_ values: repeat each Value) throws(SQLiteError) {
        var count: Int32 = 0
        for _ in repeat (each Value).self { count += 1 }
        try start(argumentCount: count)
        do throws(SQLiteError) {
            var index: Int32 = 0
            for value in repeat each values {
                index += 1
                try value.bind(to: SQLiteParameter(statement: self, index: index))
            }
        } catch {
            finish()
            throw error
        }
    }
}

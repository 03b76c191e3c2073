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
        // Functions, not loops over the packs: those make the optimizer of Swift 6.3 crash in the caller's module.
        var count: Int32 = 0
        repeat count += Self.one((each Value).self)
        try start(argumentCount: count)
        do throws(SQLiteError) {
            var index: Int32 = 0
            repeat try bind(each values, after: &index)
        } catch {
            finish()
            throw error
        }
    }

    @inlinable
    static func one<Value>(_: Value.Type) -> Int32 { 1 }

    @inlinable
    func bind(_ value: borrowing some SQLiteBindable, after index: inout Int32) throws(SQLiteError) {
        index += 1
        try value.bind(to: SQLiteParameter(statement: self, index: index))
    }
}

extension Statement {
    /// Runs the statement to its end. Rows that it gives are passed over.
    ///
    /// - Parameter values: The arguments, one for each placeholder, in order.
    /// - Throws: `misuse` if the statement takes another number of arguments or is run within its own query; what
    ///   SQLite refuses while the statement runs, as ``Statement`` lists it.
    @inlinable
    public func run<each Value: SQLiteBindable>(_ values: repeat each Value) throws(SQLiteError) {
        try start(repeat each values)
        defer { finish() }
        while try step() {}
    }

    /// Runs the query and hands its rows to `body`, one after the other, without keeping them.
    ///
    /// - Parameters:
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - body: Is called with each row, which is valid within the call only. The query ends when it throws.
    /// - Throws: `misuse` if the statement takes another number of arguments or is run within its own query; what
    ///   SQLite refuses while the statement runs, as ``Statement`` lists it; what `body` throws.
    @inlinable
    public func forEach<each Value: SQLiteBindable>(
        _ values: repeat each Value, row body: (borrowing Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try start(repeat each values)
        defer { finish() }
        while try step() { try body(row()) }
    }

    /// Runs the query and collects what `transform` makes of each row. Bound the number of rows by LIMIT, as all of
    /// them are in memory at once.
    ///
    /// - Parameters:
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - transform: Makes an element of a row, which is valid within the call only. The query ends when it throws.
    /// - Returns: The elements in the order of the rows.
    /// - Throws: `misuse` if the statement takes another number of arguments or is run within its own query; what
    ///   SQLite refuses while the statement runs, as ``Statement`` lists it; what `transform` throws.
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

    /// Runs the query and gives what `transform` makes of its first row. Further rows are not looked at; a statement
    /// that writes and has RETURNING has written all of its rows nevertheless.
    ///
    /// - Parameters:
    ///   - values: The arguments, one for each placeholder, in order.
    ///   - transform: Makes the result of the row, which is valid within the call only.
    /// - Returns: What `transform` returned, or nil if the query gave no row.
    /// - Throws: `misuse` if the statement takes another number of arguments or is run within its own query; what
    ///   SQLite refuses while the statement runs, as ``Statement`` lists it; what `transform` throws.
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

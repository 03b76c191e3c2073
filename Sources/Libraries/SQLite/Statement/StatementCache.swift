/// The prepared statements of one connection. Statements whose text is part of the program are kept for good, as there
/// are only so many of them; of others, the least recently used one makes room.
struct StatementCache {
    private var fixed: [UInt: Statement] = [:]
    private var dynamic: [String: (statement: Statement, lastUse: Int)] = [:]
    private var useCount = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// A statement of the text `sql` that is not running.
    mutating func statement(_ sql: StaticString, handle: ConnectionHandle) throws(SQLiteError) -> Statement {
        guard sql.hasPointerRepresentation else { return try statement(sql.description, handle: handle) }
        // The text of a literal never moves, so its address stands for it.
        let key = UInt(bitPattern: sql.utf8Start)
        let kept = fixed[key]
        if let kept, !kept.isRunning { return kept }
        let text = UnsafeBufferPointer(start: sql.utf8Start, count: sql.utf8CodeUnitCount)
        let statement = try Statement(handle: handle, sql: text, isKept: kept == nil)
        if kept == nil { fixed[key] = statement }
        return statement
    }

    /// A statement of the text `sql` that is not running.
    mutating func statement(_ sql: String, handle: ConnectionHandle) throws(SQLiteError) -> Statement {
        useCount += 1
        let kept = dynamic[sql]
        if let kept, !kept.statement.isRunning {
            dynamic[sql]?.lastUse = useCount
            return kept.statement
        }
        let text = [UInt8](sql.utf8)
        let statement = try text.withUnsafeBufferPointer { text throws(SQLiteError) in
            try Statement(handle: handle, sql: text, isKept: kept == nil)
        }
        if kept == nil {
            if dynamic.count >= capacity, let oldest = dynamic.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                dynamic[oldest.key] = nil
            }
            dynamic[sql] = (statement, useCount)
        }
        return statement
    }

    mutating func removeAll() {
        fixed.removeAll()
        dynamic.removeAll()
    }

    var count: Int { fixed.count + dynamic.count }
}

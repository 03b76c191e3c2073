import SQLite

/// The counters of one queue; written once per transaction.
struct QueueState: Equatable, Sendable {
    /// The number of the next arrival.
    var nextSequence: Int64 = 1
    /// Messages from this position on are ready.
    var head: Int64 = 0
    /// All ready messages, including those before the head.
    var ready = 0
    /// Ready messages before the head.
    var early = 0
    /// Messages that consumers hold.
    var unacknowledged = 0

    static func load(_ id: Int64, _ connection: Connection) throws(SQLiteError) -> QueueState {
        let state = try connection.first(
            "SELECT next_sequence, head, ready, early, unacknowledged FROM queue_state WHERE queue = ?", id
        ) { row in
            QueueState(
                nextSequence: row.int64(0), head: row.int64(1), ready: row.int(2), early: row.int(3),
                unacknowledged: row.int(4))
        }
        guard let state else { throw SQLiteError(.corrupt, message: "queue \(id) has no counters") }
        return state
    }

    func store(_ id: Int64, _ connection: Connection) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE queue_state SET next_sequence = ?, head = ?, ready = ?, early = ?, unacknowledged = ?
            WHERE queue = ?
            """, nextSequence, head, ready, early, unacknowledged, id)
    }
}

import SQLite

extension QueueTransaction {
    /// Whether `session` is stored; false if another process took its owner for dead.
    func hasSession(_ session: Int64) throws(SQLiteError) -> Bool {
        try connection.first("SELECT 1 FROM session WHERE id = ?", session) { _ in true } ?? false
    }

    /// All sessions except `own`.
    func otherSessions(than own: Int64?) throws(SQLiteError) -> [Int64] {
        try connection.query("SELECT id FROM session WHERE id IS NOT ?", own) { row in row.int64(0) }
    }

    func addSession(_ session: Int64) throws(SQLiteError) {
        try connection.run("INSERT INTO session VALUES (?)", session)
    }

    func addConsumer(_ consumer: Int64, session: Int64, of index: QueueIndex) throws(SQLiteError) {
        try connection.run("INSERT INTO consumer VALUES (?, ?, ?)", consumer, session, catalog[index].id)
    }

    func removeConsumer(_ consumer: Int64) throws(SQLiteError) {
        try connection.run("DELETE FROM consumer WHERE id = ?", consumer)
    }

    /// Removes `session` and its consumers, and gives back what it holds.
    func release(_ session: Int64) throws(SQLiteError) {
        let claims = try connection.query(
            "SELECT queue, first, last, returns FROM claim WHERE session = ?", session
        ) { row in
            (queue: row.int64(0), range: PositionRange(first: row.int64(1), last: row.int64(2)), returns: row.int(3))
        }
        for claim in claims {
            guard let index = catalog.index(ofID: claim.queue) else { continue }
            try load(index)
            try connection.prepare(dynamic: catalog[index].returnRange)
                .run(claim.queue, claim.returns + 1, claim.range.first, claim.range.last)
            let count = connection.changes
            self[index].unacknowledged -= count
            self[index].early += count
            self[index].ready += count
            headMoved(index)
            noteLength(index)
        }
        try connection.run("DELETE FROM claim WHERE session = ?", session)
        try connection.run("DELETE FROM consumer WHERE session = ?", session)
        try connection.run("DELETE FROM session WHERE id = ?", session)
    }
}

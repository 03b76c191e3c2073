import Messaging

/// A stored queue, with the SQL of the statements on its table, whose name differs from queue to queue.
final class StoredQueue: Sendable {
    let id: Int64
    let definition: Queue
    /// position, expires_at, envelope, body
    let insert: String
    /// from position, limit -> position, expires_at, envelope, body
    let selectFromHead: String
    /// queue, limit -> position, expires_at, envelope, body, returns
    let selectEarly: String
    /// first, last -> position, envelope, body
    let selectRange: String
    /// first, last
    let deleteRange: String
    /// position
    let deleteFrom: String
    /// queue
    let deleteEarly: String
    /// from position -> expires_at
    let selectHeadExpiry: String
    /// queue -> expires_at
    let selectEarlyExpiry: String
    /// queue, returns, first, last
    let returnRange: String
    /// queue, after position, limit -> position, whether it is ready, envelope, body
    let browse: String

    init(id: Int64, definition: Queue) {
        self.id = id
        self.definition = definition
        let table = "queue_\(id)"
        insert = "INSERT INTO \(table) VALUES (?, ?, ?, ?)"
        selectFromHead = """
            SELECT position, expires_at, envelope, body FROM \(table) WHERE position >= ? ORDER BY position LIMIT ?
            """
        // CROSS JOIN fixes the order of the loops: the few early rows lead.
        selectEarly = """
            SELECT message.position, expires_at, envelope, body, returns
            FROM early CROSS JOIN \(table) AS message ON message.position = early.position
            WHERE queue = ? ORDER BY early.position LIMIT ?
            """
        selectRange = "SELECT position, envelope, body FROM \(table) WHERE position BETWEEN ? AND ? ORDER BY position"
        deleteRange = "DELETE FROM \(table) WHERE position BETWEEN ? AND ?"
        deleteFrom = "DELETE FROM \(table) WHERE position >= ?"
        deleteEarly = "DELETE FROM \(table) WHERE position IN (SELECT position FROM early WHERE queue = ?)"
        selectHeadExpiry = "SELECT expires_at FROM \(table) WHERE position >= ? ORDER BY position LIMIT 1"
        selectEarlyExpiry = """
            SELECT expires_at FROM early CROSS JOIN \(table) AS message ON message.position = early.position
            WHERE queue = ? ORDER BY early.position LIMIT 1
            """
        returnRange = """
            INSERT OR IGNORE INTO early
            SELECT ?, position, ? FROM \(table) WHERE position BETWEEN ? AND ?
            """
        browse = """
            SELECT message.position,
                message.position >= (SELECT head FROM queue_state WHERE queue = ?1)
                OR EXISTS (SELECT 1 FROM early WHERE queue = ?1 AND early.position = message.position),
                envelope, body
            FROM \(table) AS message WHERE message.position > ?2 ORDER BY message.position LIMIT ?3
            """
    }
}

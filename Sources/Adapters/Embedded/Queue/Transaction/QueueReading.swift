package import Messaging
import SQLite

/// A message of a queue, seen without taking it.
package struct BrowsedMessage: Sendable, Hashable {
    /// Where it stands; rises along the queue.
    package let position: Int64
    /// Whether it waits for a consumer; if not, one holds it.
    package let isReady: Bool
    /// The message.
    package let message: Message
    /// Where it was published to.
    package let exchange: String
    /// The key it was published with.
    package let routingKey: String
}

/// What only reads, on connections that wait for no writer.
enum QueueReading {
    /// The counters of those of `queues` that exist.
    static func status(
        of queues: [String], _ connection: Connection
    ) throws(SQLiteError) -> [String: QueueStatus] {
        var statuses: [String: QueueStatus] = [:]
        for queue in queues {
            statuses[queue] = try connection.first(
                """
                SELECT ready, unacknowledged, (SELECT count(*) FROM consumer WHERE consumer.queue = queue.id)
                FROM queue JOIN queue_state ON queue_state.queue = queue.id WHERE name = ?
                """, queue
            ) { row in
                QueueStatus(ready: row.int(0), unacknowledged: row.int(1), consumers: row.int(2))
            }
        }
        return statuses
    }

    /// Messages of `queue` behind `position`.
    static func browse(
        _ queue: String, after position: Int64?, limit: Int, _ connection: Connection
    ) throws -> [BrowsedMessage] {
        let id = try connection.first("SELECT id FROM queue WHERE name = ?", queue) { row in row.int64(0) }
        guard let id else { throw MessagingError.noQueue(queue) }
        let statement = try connection.prepare(dynamic: StoredQueue(id: id, definition: Queue(name: queue)).browse)
        return try statement.query(id, position ?? -1, max(0, limit)) { row in
            let envelope = Envelope(recovering: row.bytes(2))
            return BrowsedMessage(
                position: row.int64(0), isReady: row.bool(1),
                message: Message(body: row.bytes(3), properties: envelope.properties), exchange: envelope.exchange,
                routingKey: envelope.routingKey)
        }
    }
}

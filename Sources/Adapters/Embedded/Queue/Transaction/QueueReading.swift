package import Messaging
import SQLite

/// A message of a queue, read without taking it.
package struct BrowsedMessage: Sendable, Hashable {
    /// Rises along the queue.
    package let position: Int64
    /// Whether the message waits for a consumer; if not, a consumer holds it.
    package let isReady: Bool
    package let message: Message
    /// The exchange that the message was published to.
    package let exchange: String
    /// The routing key that the message was published with.
    package let routingKey: String
}

/// Operations that only read, on connections that do not wait for writers.
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

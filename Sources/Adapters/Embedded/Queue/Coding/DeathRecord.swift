import Messaging

/// Why a message left a queue for the queue's dead-letter exchange, by RabbitMQ's names.
enum DeathReason: String, Hashable, Sendable {
    /// A consumer rejected the message.
    case rejected
    /// The message waited for longer than its queue or its own expiration permits.
    case expired
    /// The message was the oldest in a full queue.
    case maxlen
}

// The headers are written as RabbitMQ 4 writes them (`mc:record_death`): `x-death` holds a table for each pair of queue
// and reason, the most recent first; a repeated pair is counted in its table, which otherwise keeps its first content,
// and moves to the front. `x-first-death-*` stay, `x-last-death-*` follow.
extension Envelope {
    private static let history = "x-death"

    /// The envelope with which a message that died in `queue` is published to `deadLetterExchange`.
    ///
    /// - Parameters:
    ///   - routingKey: the queue's dead-letter routing key; nil keeps the message's own.
    ///   - seconds: the time of death, since 1970.
    func died(
        in queue: String, _ reason: DeathReason, at seconds: Int64, deadLetterExchange: String, routingKey: String?
    ) -> Envelope {
        var dead = self
        var headers = properties.headers
        var deaths = deaths
        let entry: HeaderTable
        if let index = deaths.firstIndex(where: { $0.isDeath(in: queue, reason) }) {
            var counted = deaths.remove(at: index)
            counted["count"] = .integer((counted["count"]?.number ?? 0) &+ 1)
            entry = counted
        } else {
            var first: HeaderTable = [
                "count": .integer(1),
                "reason": .string(reason.rawValue),
                "queue": .string(queue),
                "time": .timestamp(seconds),
                "exchange": .string(exchange),
                "routing-keys": .array([.string(self.routingKey)]),
            ]
            // In RabbitMQ the property is text, and so is the record of it.
            first["original-expiration"] = properties.expiration.map { .string(String($0)) }
            entry = first
        }
        headers[Self.history] = .array(([entry] + deaths).map { .table($0) })
        for occasion in hasDied ? ["last"] : ["first", "last"] {
            headers["x-\(occasion)-death-reason"] = .string(reason.rawValue)
            headers["x-\(occasion)-death-queue"] = .string(queue)
            headers["x-\(occasion)-death-exchange"] = .string(exchange)
        }
        dead.properties.headers = headers
        // Otherwise the message would expire again wherever it goes.
        dead.properties.expiration = nil
        dead.hasDied = true
        dead.exchange = deadLetterExchange
        dead.routingKey = routingKey ?? self.routingKey
        return dead
    }

    /// Whether this dead letter, if it went to `queue`, would have completed a cycle by itself: it died there before,
    /// and no consumer has rejected it since then. Used for automatic deaths only, as a rejection is somebody's
    /// decision.
    func wouldCycle(into queue: String) -> Bool {
        for death in deaths {
            if death["reason"]?.text == DeathReason.rejected.rawValue { return false }
            if death["queue"]?.text == queue { return true }
        }
        return false
    }

    /// The deaths that this broker recorded, the most recent first.
    private var deaths: [HeaderTable] {
        guard hasDied, case .array(let entries)? = properties.headers[Self.history] else { return [] }
        return entries.compactMap { entry in
            if case .table(let table) = entry { table } else { nil }
        }
    }
}

extension HeaderTable {
    fileprivate func isDeath(in queue: String, _ reason: DeathReason) -> Bool {
        self["queue"]?.text == queue && self["reason"]?.text == reason.rawValue
    }
}

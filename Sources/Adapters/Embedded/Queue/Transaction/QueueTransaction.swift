import Messaging
import SQLite

/// What one write transaction does to the queues. It reads counters when it first needs them and writes them back in
/// ``finish()``; nothing of it is kept in memory for the next one, as other processes write in between.
final class QueueTransaction {
    let connection: Connection
    /// Milliseconds since 1970.
    let now: Int64
    private(set) var catalog: Catalog
    /// By the catalog's index; meaningful where it has been loaded.
    var states: [QueueState]
    private var stored: [QueueState?]
    private var inserts: [Statement?]
    /// Queues in which the first ready message may be another one now.
    private var isHeadMoved: [Bool]
    /// Queues that may hold more than they are allowed to.
    var overfull: [Int] = []

    init(_ connection: Connection, known: Catalog?, now: Int64) throws(SQLiteError) {
        self.connection = connection
        self.now = now
        catalog = try Catalog.load(connection, known: known)
        let count = catalog.queues.count
        states = Array(repeating: QueueState(), count: count)
        stored = Array(repeating: nil, count: count)
        inserts = Array(repeating: nil, count: count)
        isHeadMoved = Array(repeating: false, count: count)
    }

    /// Makes `states[index]` meaningful.
    func load(_ index: Int) throws(SQLiteError) {
        guard stored[index] == nil else { return }
        let state = try QueueState.load(catalog.queues[index].id, connection)
        states[index] = state
        stored[index] = state
    }

    func definition(_ index: Int) -> Queue {
        catalog.queues[index].definition
    }

    /// To be called after something was declared.
    func reloadCatalog() throws(SQLiteError) {
        catalog = try Catalog.load(connection, known: catalog)
        let added = catalog.queues.count - states.count
        states += Array(repeating: QueueState(), count: added)
        stored += Array(repeating: nil, count: added)
        inserts += Array(repeating: nil, count: added)
        isHeadMoved += Array(repeating: false, count: added)
    }

    func headMoved(_ index: Int) {
        isHeadMoved[index] = true
    }

    /// Writes the counters back.
    ///
    /// - Returns: of the queues whose first ready message may be another one now, when that one expires (nil: never).
    func finish() throws(SQLiteError) -> [Int: Int64?] {
        var expiries: [Int: Int64?] = [:]
        for index in states.indices where stored[index] != nil {
            if states[index].ready == 0, states[index].unacknowledged == 0 {
                // The table is empty: with priorities, the next arrivals need not count as overtaking.
                states[index].head = 0
            }
            if states[index] != stored[index] { try states[index].store(catalog.queues[index].id, connection) }
            if isHeadMoved[index] { expiries.updateValue(try headExpiry(index), forKey: index) }
        }
        return expiries
    }

    /// When the first ready message expires.
    private func headExpiry(_ index: Int) throws(SQLiteError) -> Int64? {
        guard states[index].ready > 0 else { return nil }
        let queue = catalog.queues[index]
        let expiry: Int64?? =
            if states[index].early > 0 {
                try connection.prepare(dynamic: queue.selectEarlyExpiry).first(queue.id) { $0.optionalInt64(0) }
            } else {
                try connection.prepare(dynamic: queue.selectHeadExpiry).first(states[index].head) {
                    $0.optionalInt64(0)
                }
            }
        return expiry ?? nil
    }

    // MARK: Arrivals

    /// Puts one message into the queues that it is routed to.
    func publish(_ publication: PreparedPublication) throws(SQLiteError) -> PublishOutcome {
        switch catalog.route(exchange: publication.exchange, routingKey: publication.routingKey) {
        case .noExchange:
            return .failed(
                MessagingError(
                    .notFound, "exchange '\(publication.exchange)' does not exist; declare the topology first"))
        case .nowhere:
            return .returned(
                """
                no queue is bound to exchange '\(publication.exchange)' for the routing key \
                '\(publication.routingKey)'
                """)
        case .queues(let targets):
            var full: [String] = []
            for target in targets {
                try load(target)
                if rejectsPublishers(target) {
                    full.append("'\(definition(target).name)' (\(states[target].ready) messages)")
                } else {
                    try append(
                        envelope: publication.envelope, body: publication.body, priority: publication.priority,
                        expiration: publication.expiration, to: target)
                }
            }
            // As in RabbitMQ, the queues that have room keep it all the same.
            return full.isEmpty ? .confirmed : .rejected("full: queue " + full.joined(separator: ", queue "))
        }
    }

    func rejectsPublishers(_ index: Int) -> Bool {
        let definition = definition(index)
        guard definition.overflow == .rejectPublish, let maxLength = definition.maxLength else { return false }
        return states[index].ready >= maxLength
    }

    /// Puts a message into a queue that has been loaded.
    func append(
        envelope: [UInt8], body: [UInt8], priority: UInt8, expiration: UInt32?, to index: Int
    ) throws(SQLiteError) {
        let queue = catalog.queues[index]
        let position = QueuePosition.position(
            sequence: states[index].nextSequence, priority: priority, highest: queue.definition.maxPriority)
        states[index].nextSequence += 1
        let ttl = [queue.definition.messageTTL, expiration.map(Int64.init)].compactMap(\.self).min()
        try insertStatement(index).run(position, ttl.map { now + $0 }, envelope, body)
        if position < states[index].head {
            try connection.run("INSERT INTO early VALUES (?, ?, 0)", queue.id, position)
            states[index].early += 1
            headMoved(index)
        } else if states[index].ready == 0 || queue.definition.maxPriority != nil {
            headMoved(index)
        }
        states[index].ready += 1
        noteLength(index)
    }

    private func insertStatement(_ index: Int) throws(SQLiteError) -> Statement {
        if let statement = inserts[index] { return statement }
        let statement = try connection.prepare(dynamic: catalog.queues[index].insert)
        inserts[index] = statement
        return statement
    }
}

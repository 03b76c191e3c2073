import Messaging
import SQLite

/// One write transaction on the queues. Reads counters when it first needs them and writes them back in ``finish()``;
/// nothing is kept in memory for the next transaction, as other processes write in between.
final class QueueTransaction {
    let connection: Connection
    /// Milliseconds since 1970.
    let now: Int64
    private(set) var catalog: Catalog
    /// By ``QueueIndex``.
    private var slots: [QueueSlot]
    /// Queues that may be too long.
    var overfull: [QueueIndex] = []

    init(_ connection: Connection, known: Catalog?, now: Int64) throws(SQLiteError) {
        self.connection = connection
        self.now = now
        catalog = try Catalog.load(connection, known: known)
        slots = Array(repeating: QueueSlot(), count: catalog.queues.count)
    }

    /// The counters of a queue that has been loaded.
    subscript(index: QueueIndex) -> QueueState {
        get { slots[index.offset].state }
        set { slots[index.offset].state = newValue }
    }

    /// Makes `self[index]` meaningful.
    func load(_ index: QueueIndex) throws(SQLiteError) {
        guard slots[index.offset].stored == nil else { return }
        let state = try QueueState.load(catalog[index].id, connection)
        slots[index.offset].state = state
        slots[index.offset].stored = state
    }

    func definition(_ index: QueueIndex) -> Queue {
        catalog[index].definition
    }

    /// Must be called after a declaration that created something.
    func reloadCatalog() throws(SQLiteError) {
        catalog = try Catalog.load(connection, known: catalog)
        slots += Array(repeating: QueueSlot(), count: catalog.queues.count - slots.count)
    }

    func headMoved(_ index: QueueIndex) {
        slots[index.offset].isHeadMoved = true
    }

    /// Writes the counters back.
    ///
    /// - Returns: for each queue whose first ready message may have changed, when that message expires (nil: never).
    func finish() throws(SQLiteError) -> [QueueIndex: Int64?] {
        var expiries: [QueueIndex: Int64?] = [:]
        for index in catalog.indices {
            guard let stored = slots[index.offset].stored else { continue }
            if self[index].ready == 0, self[index].unacknowledged == 0 {
                // The table is empty, so the next arrivals do not overtake any message, whatever their priority.
                self[index].head = 0
            }
            if self[index] != stored { try self[index].store(catalog[index].id, connection) }
            if slots[index.offset].isHeadMoved { expiries.updateValue(try headExpiry(index), forKey: index) }
        }
        return expiries
    }

    /// When the first ready message expires.
    private func headExpiry(_ index: QueueIndex) throws(SQLiteError) -> Int64? {
        guard self[index].ready > 0 else { return nil }
        let queue = catalog[index]
        let expiry: Int64?? =
            if self[index].early > 0 {
                try connection.prepare(dynamic: queue.selectEarlyExpiry).first(queue.id) { $0.optionalInt64(0) }
            } else {
                try connection.prepare(dynamic: queue.selectHeadExpiry).first(self[index].head) {
                    $0.optionalInt64(0)
                }
            }
        return expiry ?? nil
    }

    // MARK: Arrivals

    /// Adds one message to the queues that it is routed to.
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
                    full.append("'\(definition(target).name)' (\(self[target].ready) messages)")
                } else {
                    try append(
                        envelope: publication.envelope, body: publication.body, priority: publication.priority,
                        expiration: publication.expiration, to: target)
                }
            }
            // As in RabbitMQ, the queues that have room keep the message nevertheless.
            return full.isEmpty ? .confirmed : .rejected("full: queue " + full.joined(separator: ", queue "))
        }
    }

    func rejectsPublishers(_ index: QueueIndex) -> Bool {
        let definition = definition(index)
        guard definition.overflow == .rejectPublish, let maxLength = definition.maxLength else { return false }
        return self[index].ready >= maxLength
    }

    /// Adds a message to a queue that has been loaded.
    func append(
        envelope: [UInt8], body: [UInt8], priority: UInt8, expiration: UInt32?, to index: QueueIndex
    ) throws(SQLiteError) {
        let queue = catalog[index]
        // The slot is changed as a whole: Swift checks each access to an object's property at run time.
        var slot = slots[index.offset]
        if slot.insert == nil { slot.insert = try connection.prepare(dynamic: queue.insert) }
        let position = QueuePosition.position(
            sequence: slot.state.nextSequence, priority: priority, highest: queue.definition.maxPriority)
        slot.state.nextSequence += 1
        let ttl = min(queue.definition.messageTTL ?? .max, expiration.map(Int64.init) ?? .max)
        try slot.insert?.run(position, ttl == .max ? nil : now + ttl, envelope, body)
        if position < slot.state.head {
            try connection.run("INSERT INTO early VALUES (?, ?, 0)", queue.id, position)
            slot.state.early += 1
            slot.isHeadMoved = true
        } else if slot.state.ready == 0 || queue.definition.maxPriority != nil {
            slot.isHeadMoved = true
        }
        slot.state.ready += 1
        slots[index.offset] = slot
        noteLength(index)
    }
}

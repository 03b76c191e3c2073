import Messaging
import SQLite

extension QueueTransaction {
    /// Deletes messages that a consumer held.
    func acknowledge(_ positions: [Int64], in index: QueueIndex) throws(SQLiteError) {
        try load(index)
        try deleteRows(positions, in: index)
        self[index].unacknowledged -= positions.count
    }

    /// Puts messages that a consumer held back in their places. The caller changes the claims.
    func requeue(_ messages: [HeldMessage], in index: QueueIndex) throws(SQLiteError) {
        try load(index)
        let insert = try connection.prepare("INSERT INTO early VALUES (?, ?, ?)")
        for message in messages {
            try insert.run(catalog[index].id, message.position, message.returns + 1)
        }
        self[index].unacknowledged -= messages.count
        self[index].early += messages.count
        self[index].ready += messages.count
        headMoved(index)
        noteLength(index)
    }

    /// Dead-letters messages that a consumer held.
    func reject(_ positions: [Int64], in index: QueueIndex) throws(SQLiteError) {
        try load(index)
        if definition(index).deadLetterExchange != nil {
            let select = try connection.prepare(dynamic: catalog[index].selectRange)
            for range in PositionRange.ranges(of: positions) {
                // Bounded by the consumer's prefetch.
                let messages = try select.query(range.first, range.last) { row in (row.bytes(1), row.bytes(2)) }
                for (envelope, body) in messages { try deadLetter(envelope, body, .rejected, in: index) }
            }
        }
        try acknowledge(positions, in: index)
    }

    /// Dead-letters messages that are no longer ready.
    func bury(
        _ messages: some Collection<ReadyMessage>, _ reason: DeathReason, in index: QueueIndex
    ) throws(SQLiteError) {
        if definition(index).deadLetterExchange != nil {
            for message in messages { try deadLetter(message.envelope, message.body, reason, in: index) }
        }
        try deleteRows(messages.map(\.position), in: index)
    }

    private func deleteRows(_ positions: [Int64], in index: QueueIndex) throws(SQLiteError) {
        let delete = try connection.prepare(dynamic: catalog[index].deleteRange)
        for range in PositionRange.ranges(of: positions) { try delete.run(range.first, range.last) }
    }

    /// Publishes a message that died in the queue at `index` to the queue's dead-letter exchange. As in RabbitMQ, the
    /// message is dropped if that exchange does not exist or has no queue for it, or if it would complete an automatic
    /// cycle. If the dead-letter queue is full and rejects publishers, RabbitMQ's classic queues silently lose the
    /// message; here the queue takes it above its limit, as there is no publisher to refuse.
    private func deadLetter(
        _ envelope: [UInt8], _ body: [UInt8], _ reason: DeathReason, in index: QueueIndex
    ) throws(SQLiteError) {
        let queue = definition(index)
        guard let exchange = queue.deadLetterExchange else { return }
        let dead = Envelope(recovering: envelope).died(
            in: queue.name, reason, at: now / 1_000, deadLetterExchange: exchange,
            routingKey: queue.deadLetterRoutingKey)
        guard case .queues(let targets) = catalog.route(exchange: exchange, routingKey: dead.routingKey),
            let encoded = dead.encoded()
        else { return }
        for target in targets where reason == .rejected || !dead.wouldCycle(into: definition(target).name) {
            try load(target)
            try append(
                envelope: encoded, body: body, priority: dead.properties.priority, expiration: nil, to: target)
        }
    }
}

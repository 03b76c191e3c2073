import Messaging
import SQLite

extension QueueTransaction {
    /// Creates the parts of `topology` that the store lacks. Everything is compared before anything is created.
    func declare(_ topology: Topology) throws {
        let (exchanges, queues) = try missing(topology)
        let known = Set(exchanges.map(\.name)).union(catalog.exchanges.keys)
        let names = Set(queues.map(\.name)).union(catalog.queues.map(\.definition.name))
        for binding in topology.bindings {
            try Self.validate(binding, exchanges: known, queues: names)
        }
        for exchange in exchanges {
            try connection.run("INSERT INTO exchange VALUES (?, ?)", exchange.name, exchange.kind.rawValue)
        }
        for queue in queues { try create(queue) }
        var isChanged = !exchanges.isEmpty || !queues.isEmpty
        for binding in topology.bindings {
            try connection.run(
                "INSERT OR IGNORE INTO binding SELECT ?, id, ? FROM queue WHERE name = ?", binding.exchange,
                binding.routingKey, binding.queue)
            isChanged = isChanged || connection.changes > 0
        }
        if isChanged { try connection.run("UPDATE catalog SET version = version + 1") }
        try reloadCatalog()
    }

    /// The parts that the store lacks.
    private func missing(_ topology: Topology) throws(MessagingError) -> (exchanges: [Exchange], queues: [Queue]) {
        var exchanges: [String: Exchange.Kind] = catalog.exchanges
        var newExchanges: [Exchange] = []
        for exchange in topology.exchanges {
            try Self.validate(name: exchange.name, of: "exchange")
            if let kind = exchanges[exchange.name] {
                guard kind == exchange.kind else {
                    throw TopologyMismatch.error(
                        existing: Exchange(name: exchange.name, kind: kind), wanted: exchange)
                }
            } else {
                exchanges[exchange.name] = exchange.kind
                newExchanges.append(exchange)
            }
        }
        var newQueues: [Queue] = []
        for queue in topology.queues {
            try Self.validate(queue)
            let existing = catalog.index(of: queue.name).map(definition) ?? newQueues.first { $0.name == queue.name }
            if let existing {
                let differences = TopologyMismatch.differences(of: existing, from: queue)
                guard differences.isEmpty else { throw TopologyMismatch.error(queue: queue.name, differences) }
            } else {
                newQueues.append(queue)
            }
        }
        return (newExchanges, newQueues)
    }

    private func create(_ queue: Queue) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO queue VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", queue.name, queue.messageTTL, queue.maxLength,
            queue.overflow.rawValue, queue.deadLetterExchange, queue.deadLetterRoutingKey,
            queue.maxPriority.map(Int.init))
        let id = connection.lastInsertRowID
        try connection.run("INSERT INTO queue_state VALUES (?, 1, 0, 0, 0, 0)", id)
        try connection.execute(QueueSchema.queueTable(id))
    }

    // MARK: Checks that RabbitMQ would make

    private static func validate(_ queue: Queue) throws(MessagingError) {
        try validate(name: queue.name, of: "queue")
        for (argument, value) in [("x-message-ttl", queue.messageTTL), ("x-max-length", queue.maxLength)] {
            // RabbitMQ's longest TTL; a queue with more messages than this fits on no disk.
            guard let value, !(0...Int64(UInt32.max)).contains(value) else { continue }
            throw MessagingError(
                .failed, "queue '\(queue.name)': \(argument) is \(value), but must be within 0 ... \(UInt32.max)")
        }
        if queue.deadLetterRoutingKey != nil, queue.deadLetterExchange == nil {
            throw MessagingError(
                .failed, "queue '\(queue.name)': x-dead-letter-routing-key needs x-dead-letter-exchange")
        }
    }

    private static func validate(name: String, of kind: String) throws(MessagingError) {
        guard (1...255).contains(name.utf8.count) else {
            throw MessagingError(.failed, "the name of \(kind) '\(name)' must have 1 ... 255 bytes")
        }
        guard !name.hasPrefix("amq.") else {
            throw MessagingError(.failed, "the name of \(kind) '\(name)' begins with 'amq.', which brokers reserve")
        }
    }

    private static func validate(
        _ binding: Binding, exchanges: Set<String>, queues: Set<String>
    ) throws(MessagingError) {
        guard exchanges.contains(binding.exchange) else {
            throw MessagingError(
                .notFound, "exchange '\(binding.exchange)', which queue '\(binding.queue)' binds to, does not exist")
        }
        guard queues.contains(binding.queue) else {
            throw MessagingError(
                .notFound, "queue '\(binding.queue)', bound to exchange '\(binding.exchange)', does not exist")
        }
        guard binding.routingKey.utf8.count <= 255 else {
            throw MessagingError(
                .failed, "the routing key of queue '\(binding.queue)' is longer than 255 bytes")
        }
    }
}

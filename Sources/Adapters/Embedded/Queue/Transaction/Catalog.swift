import Messaging
import SQLite

/// Exchanges, queues and bindings as stored at one version, and the routes through them.
struct Catalog: Sendable {
    /// Where a publication goes.
    enum Route: Equatable {
        /// To the queues at these indices; never empty.
        case queues([QueueIndex])
        /// The exchange has no queue for it.
        case nowhere
        case noExchange
    }

    private struct Address: Hashable {
        let exchange: String
        let routingKey: String
    }

    /// Rises with each declaration that creates something.
    let version: Int64
    /// In the order in which they were made.
    let queues: [StoredQueue]
    let exchanges: [String: Exchange.Kind]
    private let indicesByName: [String: QueueIndex]
    private let indicesByID: [Int64: QueueIndex]
    private let fanouts: [String: [QueueIndex]]
    private let directs: [Address: [QueueIndex]]

    /// Reads the stored catalog, unless `known` is up to date.
    static func load(_ connection: Connection, known: Catalog?) throws(SQLiteError) -> Catalog {
        let version = try connection.first("SELECT version FROM catalog") { row in row.int64(0) } ?? 0
        if let known, known.version == version { return known }
        return try Catalog(version: version, connection)
    }

    private init(version: Int64, _ connection: Connection) throws(SQLiteError) {
        self.version = version
        queues = try connection.query(
            """
            SELECT id, name, message_ttl, max_length, overflow, dead_letter_exchange, dead_letter_routing_key,
                max_priority
            FROM queue ORDER BY id
            """
        ) { row throws(SQLiteError) in
            guard let overflow = Queue.Overflow(rawValue: row.string(4)) else {
                throw SQLiteError(.corrupt, message: "queue '\(row.string(1))' has an unknown overflow")
            }
            return StoredQueue(
                id: row.int64(0),
                definition: Queue(
                    name: row.string(1), messageTTL: row.optionalInt64(2), maxLength: row.optionalInt64(3),
                    overflow: overflow, deadLetterExchange: row.optionalString(5),
                    deadLetterRoutingKey: row.optionalString(6),
                    maxPriority: row.optionalInt(7).map { UInt8(clamping: $0) }))
        }
        indicesByName = Dictionary(
            uniqueKeysWithValues: queues.enumerated().map { ($1.definition.name, QueueIndex($0)) })
        let indicesByID = Dictionary(uniqueKeysWithValues: queues.enumerated().map { ($1.id, QueueIndex($0)) })
        self.indicesByID = indicesByID
        var exchanges: [String: Exchange.Kind] = [:]
        try connection.forEach("SELECT name, kind FROM exchange") { row throws(SQLiteError) in
            guard let kind = Exchange.Kind(rawValue: row.string(1)) else {
                throw SQLiteError(.corrupt, message: "exchange '\(row.string(0))' has an unknown type")
            }
            exchanges[row.string(0)] = kind
        }
        self.exchanges = exchanges
        var fanouts: [String: [QueueIndex]] = [:]
        var directs: [Address: [QueueIndex]] = [:]
        try connection.forEach("SELECT exchange, queue, routing_key FROM binding ORDER BY exchange, queue") { row in
            let (exchange, key) = (row.string(0), row.string(2))
            guard let index = indicesByID[row.int64(1)] else { return }
            // A queue that is bound twice to a fanout exchange still gets each message once.
            if fanouts[exchange]?.last != index { fanouts[exchange, default: []].append(index) }
            directs[Address(exchange: exchange, routingKey: key), default: []].append(index)
        }
        self.fanouts = fanouts
        self.directs = directs
    }

    /// The indices of all queues.
    var indices: some Sequence<QueueIndex> {
        queues.indices.lazy.map(QueueIndex.init)
    }

    subscript(index: QueueIndex) -> StoredQueue {
        queues[index.offset]
    }

    func index(of name: String) -> QueueIndex? {
        indicesByName[name]
    }

    func index(ofID id: Int64) -> QueueIndex? {
        indicesByID[id]
    }

    /// The queues for a message that is published to `exchange` with `routingKey`.
    func route(exchange: String, routingKey: String) -> Route {
        if exchange.isEmpty {
            guard let index = indicesByName[routingKey] else { return .nowhere }
            return .queues([index])
        }
        guard let kind = exchanges[exchange] else { return .noExchange }
        let targets =
            switch kind {
            case .fanout: fanouts[exchange]
            case .direct: directs[Address(exchange: exchange, routingKey: routingKey)]
            }
        return targets.map(Route.queues) ?? .nowhere
    }
}

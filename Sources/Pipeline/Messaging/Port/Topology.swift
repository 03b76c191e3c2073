/// Exchanges, queues and bindings as a value: what a broker is asked to have.
public struct Topology: Sendable, Hashable {
    /// In the order in which they are declared.
    public var exchanges: [Exchange]
    /// In the order in which they are declared.
    public var queues: [Queue]
    /// Made after exchanges and queues exist.
    public var bindings: [Binding]

    /// A topology of these parts.
    public init(exchanges: [Exchange], queues: [Queue], bindings: [Binding]) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }
}

/// Where publishers send to.
public struct Exchange: Sendable, Hashable {
    /// How an exchange picks queues.
    public enum Kind: String, Sendable, Hashable {
        /// Every bound queue.
        case fanout
        /// Queues bound with exactly the message's routing key.
        case direct
    }

    /// Unique in the broker; the empty name is the default exchange, which routes to the queue named by the key.
    public var name: String
    /// How it routes.
    public var kind: Kind

    /// A durable exchange.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Where messages wait; durable.
public struct Queue: Sendable, Hashable {
    /// What happens to a message that finds the queue full.
    public enum Overflow: String, Sendable, Hashable, CaseIterable {
        /// The oldest message makes room, by way of the dead-letter exchange.
        case dropHead = "drop-head"
        /// The publisher is refused.
        case rejectPublish = "reject-publish"
    }

    /// Unique in the broker.
    public var name: String
    /// How long a message may wait, in milliseconds (`x-message-ttl`).
    public var messageTTL: Int64?
    /// The most messages that may wait, those with consumers not counted (`x-max-length`).
    public var maxLength: Int64?
    /// What a full queue does (`x-overflow`).
    public var overflow: Overflow
    /// Where expired, rejected and overflowed messages go (`x-dead-letter-exchange`); nil drops them.
    public var deadLetterExchange: String?
    /// Their routing key there (`x-dead-letter-routing-key`); nil keeps the message's own.
    public var deadLetterRoutingKey: String?
    /// The highest priority that is told apart (`x-max-priority`); nil: strictly first in, first out.
    public var maxPriority: UInt8?

    /// A durable queue.
    public init(
        name: String, messageTTL: Int64? = nil, maxLength: Int64? = nil, overflow: Overflow = .dropHead,
        deadLetterExchange: String? = nil, deadLetterRoutingKey: String? = nil, maxPriority: UInt8? = nil
    ) {
        self.name = name
        self.messageTTL = messageTTL
        self.maxLength = maxLength
        self.overflow = overflow
        self.deadLetterExchange = deadLetterExchange
        self.deadLetterRoutingKey = deadLetterRoutingKey
        self.maxPriority = maxPriority
    }

    /// The declaration's arguments by RabbitMQ's names, in a fixed order; what is left at its default is absent.
    public var arguments: HeaderTable {
        var table: HeaderTable = [:]
        table["x-message-ttl"] = messageTTL.map { .integer($0) }
        table["x-dead-letter-exchange"] = deadLetterExchange.map { .string($0) }
        table["x-dead-letter-routing-key"] = deadLetterRoutingKey.map { .string($0) }
        table["x-max-length"] = maxLength.map { .integer($0) }
        table["x-overflow"] = overflow == .dropHead ? nil : .string(overflow.rawValue)
        table["x-max-priority"] = maxPriority.map { .integer(Int64($0)) }
        return table
    }
}

/// The way from an exchange to a queue.
public struct Binding: Sendable, Hashable {
    /// The exchange's name.
    public var exchange: String
    /// The queue's name.
    public var queue: String
    /// Compared by direct exchanges, ignored by fanout.
    public var routingKey: String

    /// Binds `queue` to `exchange`.
    public init(exchange: String, queue: String, routingKey: String = "") {
        self.exchange = exchange
        self.queue = queue
        self.routingKey = routingKey
    }
}

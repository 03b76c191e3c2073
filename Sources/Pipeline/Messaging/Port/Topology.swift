/// Exchanges, queues and bindings that a broker is to have, as a value.
package struct Topology: Sendable, Hashable {
    /// In the order in which they are declared.
    package var exchanges: [Exchange]
    /// In the order in which they are declared.
    package var queues: [Queue]
    /// Made after the exchanges and queues.
    package var bindings: [Binding]

    package init(exchanges: [Exchange], queues: [Queue], bindings: [Binding]) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }
}

/// What publishers send to.
package struct Exchange: Sendable, Hashable {
    /// How an exchange picks queues.
    package enum Kind: String, Sendable, Hashable {
        /// Every bound queue.
        case fanout
        /// Queues bound with exactly the message's routing key.
        case direct
    }

    /// Unique in the broker; the empty name is the default exchange, which routes to the queue that the key names.
    package var name: String
    package var kind: Kind

    /// A durable exchange.
    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A durable queue, where messages wait.
package struct Queue: Sendable, Hashable {
    /// What happens to a message that finds the queue full.
    package enum Overflow: String, Sendable, Hashable, CaseIterable {
        /// The oldest message makes room and goes to the dead-letter exchange.
        case dropHead = "drop-head"
        /// The new message is refused.
        case rejectPublish = "reject-publish"
    }

    /// Unique in the broker.
    package var name: String
    /// How long a message may wait, in milliseconds (`x-message-ttl`).
    package var messageTTL: Int64?
    /// The most messages that may wait, not counting those that consumers hold (`x-max-length`).
    package var maxLength: Int64?
    /// What happens to a message when the queue is full (`x-overflow`).
    package var overflow: Overflow
    /// Where expired, rejected and overflowed messages go (`x-dead-letter-exchange`); nil drops them.
    package var deadLetterExchange: String?
    /// The routing key of those messages (`x-dead-letter-routing-key`); nil keeps the message's own.
    package var deadLetterRoutingKey: String?
    /// The highest priority that the queue distinguishes (`x-max-priority`); nil: strictly first in, first out.
    package var maxPriority: UInt8?

    package init(
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

    /// The declaration's arguments by RabbitMQ's names, in a fixed order, without those at their default.
    package var arguments: HeaderTable {
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

/// Routes messages from an exchange to a queue.
package struct Binding: Sendable, Hashable {
    package var exchange: String
    package var queue: String
    /// Direct exchanges compare it; fanout exchanges ignore it.
    package var routingKey: String

    package init(exchange: String, queue: String, routingKey: String = "") {
        self.exchange = exchange
        self.queue = queue
        self.routingKey = routingKey
    }
}

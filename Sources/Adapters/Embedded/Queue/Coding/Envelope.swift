import Messaging

/// Everything of a stored message but its body.
struct Envelope: Hashable, Sendable {
    /// Where it was published to; for a dead letter, the dead-letter exchange.
    var exchange: String
    var routingKey: String
    var properties: MessageProperties
    /// Whether the `x-death` header is this broker's own. What clients put there says nothing: a message that a worker
    /// or a replay publishes anew begins without a history, as in RabbitMQ 4. (RabbitMQ 3 reads the client's header,
    /// takes a retry for an automatic cycle, and drops it.)
    var hasDied = false
}

/// How deeply tables and arrays in headers may be nested.
enum HeaderNesting {
    static let limit = 32
}

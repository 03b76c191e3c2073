import Messaging

/// Everything in a stored message except its body.
struct Envelope: Hashable, Sendable {
    /// The exchange that the message was published to; for a dead letter, the dead-letter exchange.
    var exchange: String
    var routingKey: String
    var properties: MessageProperties
    /// Whether this broker wrote the `x-death` header. A header from a client is ignored: a message that a worker or a
    /// replay publishes again begins without a history, as in RabbitMQ 4. (RabbitMQ 3 reads the client's header, takes
    /// a retry for an automatic cycle, and drops the message.)
    var hasDied = false
}

/// How deeply tables and arrays in headers may be nested.
enum HeaderNesting {
    static let limit = 32
}

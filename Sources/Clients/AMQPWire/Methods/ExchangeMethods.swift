/// The fields of exchange.declare (AMQP 0-9-1 reference, section 1.6). A value.
public struct ExchangeDeclare: Sendable, Hashable {
    /// The exchange's name.
    public var exchange: String
    /// The exchange's type: `direct`, `fanout`, `topic`, `headers`, or one of a plugin.
    public var type: String
    /// Whether the client only asks if the exchange exists.
    public var passive = false
    /// Whether the exchange outlives a restart of the server.
    public var durable = false
    /// Whether the exchange is deleted with its last binding.
    public var autoDelete = false
    /// Whether only other exchanges can publish to it.
    public var isInternal = false
    /// Whether the server is not to answer.
    public var noWait = false
    /// The server's own arguments, such as `alternate-exchange`.
    public var arguments: FieldTable = [:]

    /// Makes the method's fields; those left out are off or empty.
    ///
    /// - Parameters:
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - type: the exchange's type, such as `topic`.
    public init(exchange: String, type: String) {
        self.exchange = exchange
        self.type = type
    }
}

/// The fields of exchange.bind and exchange.unbind (RabbitMQ's extension). A value.
public struct ExchangeBinding: Sendable, Hashable {
    /// The name of the exchange that gets the messages.
    public var destination: String
    /// The name of the exchange that the messages come from.
    public var source: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String
    /// Whether the server is not to answer.
    public var noWait = false
    /// The server's own arguments, such as `alternate-exchange`.
    public var arguments: FieldTable = [:]

    /// Makes the method's fields; those left out are off or empty.
    ///
    /// - Parameters:
    ///   - destination: the name of the exchange that gets the messages.
    ///   - source: the name of the exchange that the messages come from.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    public init(destination: String, source: String, routingKey: String) {
        self.destination = destination
        self.source = source
        self.routingKey = routingKey
    }
}

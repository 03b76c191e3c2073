/// exchange.declare.
public struct ExchangeDeclare: Sendable, Hashable {
    /// The exchange's name.
    public var exchange: String
    /// `direct`, `fanout`, `topic`, `headers`, or of a plugin.
    public var type: String
    /// Only ask whether it is there.
    public var passive = false
    /// It outlives a restart of the server.
    public var durable = false
    /// It goes when its last use ends.
    public var autoDelete = false
    /// Only other exchanges can publish to it.
    public var isInternal = false
    /// The server is not to answer.
    public var noWait = false
    /// Arguments such as `x-message-ttl`, of the server's.
    public var arguments: FieldTable = [:]

    /// The fields of the method; what is left out is off or empty.
    public init(exchange: String, type: String) {
        self.exchange = exchange
        self.type = type
    }
}

/// exchange.bind and exchange.unbind.
public struct ExchangeBinding: Sendable, Hashable {
    /// The exchange that gets the messages.
    public var destination: String
    /// The exchange that they come from.
    public var source: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String
    /// The server is not to answer.
    public var noWait = false
    /// Arguments such as `x-message-ttl`, of the server's.
    public var arguments: FieldTable = [:]

    /// The fields of the method; what is left out is off or empty.
    public init(destination: String, source: String, routingKey: String) {
        self.destination = destination
        self.source = source
        self.routingKey = routingKey
    }
}

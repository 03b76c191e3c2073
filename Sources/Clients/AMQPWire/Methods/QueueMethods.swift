/// queue.declare.
public struct QueueDeclare: Sendable, Hashable {
    /// Empty: the server makes a name.
    public var queue: String
    /// Only ask whether it is there.
    public var passive = false
    /// It outlives a restart of the server.
    public var durable = false
    /// Of this connection only.
    public var exclusive = false
    /// It goes when its last use ends.
    public var autoDelete = false
    /// The server is not to answer.
    public var noWait = false
    /// Arguments such as `x-message-ttl`, of the server's.
    public var arguments: FieldTable = [:]

    /// The fields of the method; what is left out is off or empty.
    public init(queue: String) {
        self.queue = queue
    }
}

/// queue.declare-ok.
public struct QueueDeclareOk: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// Messages that are ready for delivery.
    public var messageCount: UInt32
    /// Consumers of the queue.
    public var consumerCount: UInt32

    /// The fields of the method.
    public init(queue: String, messageCount: UInt32, consumerCount: UInt32) {
        self.queue = queue
        self.messageCount = messageCount
        self.consumerCount = consumerCount
    }
}

/// queue.bind and queue.unbind.
public struct QueueBinding: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String
    /// The server is not to answer.
    public var noWait = false
    /// Arguments such as `x-message-ttl`, of the server's.
    public var arguments: FieldTable = [:]

    /// The fields of the method; what is left out is off or empty.
    public init(queue: String, exchange: String, routingKey: String) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// The fields of queue.declare (AMQP 0-9-1 reference, section 1.7). A value.
public struct QueueDeclare: Sendable, Hashable {
    /// The queue's name; empty: the server makes one.
    public var queue: String
    /// Whether the client only asks if the queue exists.
    public var passive = false
    /// Whether the queue outlives a restart of the server.
    public var durable = false
    /// Whether only this connection may use the queue, which is deleted with it.
    public var exclusive = false
    /// Whether the queue is deleted with its last consumer.
    public var autoDelete = false
    /// Whether the server is not to answer.
    public var noWait = false
    /// The server's own arguments, such as `x-message-ttl`.
    public var arguments: FieldTable = [:]

    /// Makes the method's fields; those left out are off or empty.
    ///
    /// - Parameter queue: the queue's name.
    public init(queue: String) {
        self.queue = queue
    }
}

/// The fields of queue.declare-ok (AMQP 0-9-1 reference, section 1.7). A value.
public struct QueueDeclareOk: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// The number of messages that are ready for delivery.
    public var messageCount: UInt32
    /// The number of consumers of the queue.
    public var consumerCount: UInt32

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - queue: the queue's name.
    ///   - messageCount: the number of messages in the queue.
    ///   - consumerCount: the number of consumers of the queue.
    public init(queue: String, messageCount: UInt32, consumerCount: UInt32) {
        self.queue = queue
        self.messageCount = messageCount
        self.consumerCount = consumerCount
    }
}

/// The fields of queue.bind and queue.unbind (AMQP 0-9-1 reference, section 1.7). A value.
public struct QueueBinding: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String
    /// Whether the server is not to answer.
    public var noWait = false
    /// The server's own arguments, such as `x-message-ttl`.
    public var arguments: FieldTable = [:]

    /// Makes the method's fields; those left out are off or empty.
    ///
    /// - Parameters:
    ///   - queue: the queue's name.
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    public init(queue: String, exchange: String, routingKey: String) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

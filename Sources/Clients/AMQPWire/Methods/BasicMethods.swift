/// basic.consume.
public struct BasicConsume: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// Empty: the server makes one.
    public var consumerTag: String
    /// Not to get messages that this connection published; RabbitMQ ignores it.
    public var noLocal = false
    /// Deliveries count as acknowledged when sent.
    public var noAck = false
    /// No other consumer may have the queue.
    public var exclusive = false
    /// The server is not to answer.
    public var noWait = false
    /// Arguments such as `x-message-ttl`, of the server's.
    public var arguments: FieldTable = [:]

    /// The fields of the method; what is left out is off or empty.
    public init(queue: String, consumerTag: String) {
        self.queue = queue
        self.consumerTag = consumerTag
    }
}

/// basic.publish.
public struct BasicPublish: Sendable, Hashable {
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String
    /// A message that no queue gets is returned (basic.return).
    public var mandatory: Bool
    /// RabbitMQ refuses it since 3.0.
    public var immediate: Bool

    /// The fields of the method.
    public init(exchange: String, routingKey: String, mandatory: Bool, immediate: Bool = false) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.immediate = immediate
    }
}

/// basic.return.
public struct BasicReturn: Sendable, Hashable {
    /// Why it came back, such as 312 for no route.
    public var replyCode: UInt16
    /// For people.
    public var replyText: String
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String

    /// The fields of the method.
    public init(replyCode: UInt16, replyText: String, exchange: String, routingKey: String) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// basic.deliver.
public struct BasicDeliver: Sendable, Hashable {
    /// Names the consumer on its channel.
    public var consumerTag: String
    /// Counts deliveries on the channel, from 1.
    public var deliveryTag: UInt64
    /// Delivered before, perhaps.
    public var redelivered: Bool
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String

    /// The fields of the method.
    public init(consumerTag: String, deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String) {
        self.consumerTag = consumerTag
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// basic.get-ok.
public struct BasicGetOk: Sendable, Hashable {
    /// Counts deliveries on the channel, from 1.
    public var deliveryTag: UInt64
    /// Delivered before, perhaps.
    public var redelivered: Bool
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String
    /// Messages that are left in the queue.
    public var messageCount: UInt32

    /// The fields of the method.
    public init(deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String, messageCount: UInt32) {
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageCount = messageCount
    }
}

/// The fields of basic.consume (AMQP 0-9-1 reference, section 1.8). A value.
public struct BasicConsume: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// The consumer's name on its channel; empty: the server makes one.
    public var consumerTag: String
    /// Whether the consumer gets no messages that its connection published; RabbitMQ ignores it.
    public var noLocal = false
    /// Whether deliveries count as acknowledged when they are sent.
    public var noAck = false
    /// Whether the broker refuses other consumers of the queue.
    public var exclusive = false
    /// Whether the server is not to answer.
    public var noWait = false
    /// The server's own arguments, such as `x-priority`.
    public var arguments: FieldTable = [:]

    /// Makes the method's fields; those left out are off or empty.
    ///
    /// - Parameters:
    ///   - queue: the queue's name.
    ///   - consumerTag: the consumer's name on its channel.
    public init(queue: String, consumerTag: String) {
        self.queue = queue
        self.consumerTag = consumerTag
    }
}

/// The fields of basic.publish (AMQP 0-9-1 reference, section 1.8). A value.
public struct BasicPublish: Sendable, Hashable {
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String
    /// Whether a message that no queue takes is returned (basic.return).
    public var mandatory: Bool
    /// Whether a message that no consumer takes at once is returned; RabbitMQ refuses it since 3.0.
    public var immediate: Bool

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    ///   - mandatory: whether a message that no queue takes is returned.
    ///   - immediate: whether a message that no consumer takes at once is returned; RabbitMQ refuses it.
    public init(exchange: String, routingKey: String, mandatory: Bool, immediate: Bool = false) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.immediate = immediate
    }
}

/// The fields of basic.return (AMQP 0-9-1 reference, section 1.8). A value.
public struct BasicReturn: Sendable, Hashable {
    /// Why the message came back, such as 312 for no route (AMQP 0-9-1 reference, section 1.2).
    public var replyCode: UInt16
    /// The reason in words, for people.
    public var replyText: String
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - replyCode: the reply code.
    ///   - replyText: the reason in words, for people.
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    public init(replyCode: UInt16, replyText: String, exchange: String, routingKey: String) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// The fields of basic.deliver (AMQP 0-9-1 reference, section 1.8). A value.
public struct BasicDeliver: Sendable, Hashable {
    /// The consumer's name on its channel.
    public var consumerTag: String
    /// The delivery's number on the channel, which counts from 1.
    public var deliveryTag: UInt64
    /// Whether the message may have been delivered before.
    public var redelivered: Bool
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - consumerTag: the consumer's name on its channel.
    ///   - deliveryTag: the delivery's number on the channel.
    ///   - redelivered: whether the message may have been delivered before.
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    public init(consumerTag: String, deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String) {
        self.consumerTag = consumerTag
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// The fields of basic.get-ok (AMQP 0-9-1 reference, section 1.8). A value.
public struct BasicGetOk: Sendable, Hashable {
    /// The delivery's number on the channel, which counts from 1.
    public var deliveryTag: UInt64
    /// Whether the message may have been delivered before.
    public var redelivered: Bool
    /// The exchange's name; empty: the default exchange.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String
    /// The number of messages that are left in the queue.
    public var messageCount: UInt32

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - deliveryTag: the delivery's number on the channel.
    ///   - redelivered: whether the message may have been delivered before.
    ///   - exchange: the exchange's name; empty: the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    ///   - messageCount: the number of messages in the queue.
    public init(deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String, messageCount: UInt32) {
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageCount = messageCount
    }
}

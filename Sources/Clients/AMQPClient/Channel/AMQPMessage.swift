public import AMQPWire

/// A message on its way to an exchange. A value; safe to use from any thread.
public struct AMQPOutgoing: Sendable, Hashable {
    /// The exchange's name, at most 255 bytes of UTF-8; empty for the default exchange, which routes to the queue that
    /// the key names. An exchange that does not exist closes the channel.
    public var exchange: String
    /// The routing key, at most 255 bytes of UTF-8.
    public var routingKey: String
    /// Whether the broker returns the message when no queue takes it; if not, such a message is confirmed and lost.
    public var mandatory: Bool
    /// The properties as they go onto the wire; nothing is added, so that only `deliveryMode` 2 survives a restart.
    public var properties: BasicProperties
    /// The contents: any bytes, also none. Brokers have a limit: RabbitMQ takes 16 MiB by default.
    public var body: [UInt8]

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - exchange: the exchange's name; empty for the default exchange.
    ///   - routingKey: the routing key, at most 255 bytes of UTF-8.
    ///   - mandatory: whether the broker returns the message when no queue takes it.
    ///   - properties: the properties as they go onto the wire.
    ///   - body: the contents.
    public init(
        exchange: String, routingKey: String, mandatory: Bool = true, properties: BasicProperties = BasicProperties(),
        body: [UInt8]
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.properties = properties
        self.body = body
    }
}

/// What became of a published message.
public enum AMQPPublishOutcome: Sendable, Hashable {
    /// The broker is responsible for the message now, in every queue that it was routed to (basic.ack).
    case confirmed
    /// The broker refused responsibility (basic.nack): a full queue that rejects publishers, an internal error.
    case nacked
    /// No queue took the message; the broker's reply code (312: no route) and text.
    case returned(replyCode: UInt16, text: String)
    /// The message was sent, or a part of it, and no answer came: it may or may not be in the queues. Whoever sends it
    /// again may cause a repetition.
    case unknown(AMQPError)
    /// The message was not sent: safe to send again.
    case failed(AMQPError)
}

/// Names a delivery within its channel or consumer.
public struct AMQPDeliveryTag: Sendable, Hashable {
    /// Which life of the consumer: rises each time that it is opened anew, because the broker then counts from 1
    /// again and has given the older deliveries back to the queue.
    public let epoch: UInt32
    /// The broker's delivery tag, which counts from 1 on each channel.
    public let number: UInt64

    /// Makes a tag.
    ///
    /// - Parameters:
    ///   - epoch: which life of the consumer; 1 for deliveries of an ``AMQPChannel``'s own.
    ///   - number: the broker's delivery tag.
    public init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}

/// A message that a consumer holds until it is settled. A value; safe to use from any thread.
public struct AMQPDelivery: Sendable, Hashable {
    /// What the delivery is settled by.
    public var tag: AMQPDeliveryTag
    /// Whether the broker may have delivered the message before.
    public var redelivered: Bool
    /// The exchange that the message was published to; empty for the default exchange.
    public var exchange: String
    /// The key that the message was published with, or dead-lettered with. Bytes that are not UTF-8 are replaced.
    public var routingKey: String
    let header: ContentHeader
    /// The contents as they came; empty if ``isBodyLeftOut``.
    public var body: [UInt8]

    /// The properties as they came; without headers where those could not be decoded within the bounds.
    public var properties: BasicProperties { header.properties }
    /// Whether the body is larger than ``AMQPConfiguration/bodyMax``, and therefore not here. Such a message can still
    /// be settled.
    public var isBodyLeftOut: Bool { header.bodySize > UInt64(body.count) }
}

/// How a consumer settles a delivery.
public enum AMQPSettlement: Sendable, Hashable {
    /// The message is done, and the queue forgets it (basic.ack).
    case acknowledge
    /// The message goes back to its place in the queue (basic.nack with requeue).
    case requeue
    /// The message goes to the queue's dead-letter exchange, or is dropped (basic.nack without requeue).
    case reject
}

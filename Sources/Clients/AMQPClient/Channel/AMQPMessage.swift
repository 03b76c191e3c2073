public import AMQPWire

/// A message on its way to an exchange.
public struct AMQPOutgoing: Sendable, Hashable {
    /// The exchange; empty for the default one, which routes to the queue that the key names.
    public var exchange: String
    /// At most 255 bytes of UTF-8.
    public var routingKey: String
    /// Whether the broker returns it when no queue takes it.
    public var mandatory: Bool
    /// As they go onto the wire; nothing is added.
    public var properties: BasicProperties
    /// Any bytes, also none.
    public var body: [UInt8]

    /// A message of these parts.
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
    /// The broker is responsible for it now, in every queue that it was routed to.
    case confirmed
    /// The broker refused responsibility (basic.nack): a full queue that rejects publishers, an internal error.
    case nacked
    /// No queue took it; the broker's reply code (312: no route) and text.
    case returned(replyCode: UInt16, text: String)
    /// It was sent, or a part of it, and no answer came: it may or may not be in the queues.
    case unknown(AMQPError)
    /// It was not sent: safe to send again.
    case failed(AMQPError)
}

/// Names a delivery within its consumer.
public struct AMQPDeliveryTag: Sendable, Hashable {
    /// Which life of the consumer: rises each time that it is opened anew, because the broker then counts from 1
    /// again and has given the older deliveries back to the queue.
    public let epoch: UInt32
    /// The broker's delivery tag.
    public let number: UInt64

    /// A tag of these parts.
    public init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}

/// A message that a consumer holds until it is settled.
public struct AMQPDelivery: Sendable, Hashable {
    /// What to settle it by.
    public var tag: AMQPDeliveryTag
    /// Whether the broker may have delivered it before.
    public var redelivered: Bool
    /// Where it was published to.
    public var exchange: String
    /// The key it was published with, or dead-lettered with.
    public var routingKey: String
    let header: ContentHeader
    /// As it came.
    public var body: [UInt8]

    /// As they came.
    public var properties: BasicProperties { header.properties }
    /// Whether the body is larger than ``AMQPConfiguration/bodyMax``, and therefore not here.
    public var isBodyLeftOut: Bool { header.bodySize > UInt64(body.count) }
}

/// How a consumer lets go of a delivery.
public enum AMQPSettlement: Sendable, Hashable {
    /// basic.ack: done, the queue forgets it.
    case acknowledge
    /// basic.nack with requeue: back to its place in the queue.
    case requeue
    /// basic.nack without requeue: to the dead-letter exchange, or dropped.
    case reject
}

/// A message that a consumer holds until it is settled. A value; safe to use from any thread.
public struct IncomingMessage: Sendable, Hashable {
    /// Names a delivery within its channel or consumer.
    public struct Tag: Sendable, Hashable {
        /// Which life of the consumer: rises each time that it is opened anew, because the broker then counts from 1
        /// again and has given the older deliveries back to the queue.
        public let epoch: UInt32
        /// The broker's delivery tag, which counts from 1 on each channel.
        public let number: UInt64

        /// Makes a tag.
        ///
        /// - Parameters:
        ///   - epoch: which life of the consumer; 1 for deliveries of a channel's own.
        ///   - number: the broker's delivery tag.
        public init(epoch: UInt32, number: UInt64) {
            self.epoch = epoch
            self.number = number
        }
    }

    /// What the delivery is settled by.
    public var tag: Tag
    /// Whether the broker may have delivered the message before.
    public var redelivered: Bool
    /// The exchange that the message was published to; empty for the default exchange.
    public var exchange: String
    /// The key that the message was published with, or dead-lettered with. Bytes that are not UTF-8 are replaced.
    public var routingKey: String
    private let header: ContentHeader
    /// The contents as they came; empty if ``isBodyLeftOut``.
    public var body: [UInt8]

    /// A message that a consumer got.
    ///
    /// - Parameters:
    ///   - method: basic.deliver.
    ///   - epoch: which life of the consumer.
    ///   - header: the content's header.
    ///   - body: the content's body; empty if it was left out.
    public init(_ method: BasicDeliver, epoch: UInt32, _ header: ContentHeader, _ body: [UInt8]) {
        tag = Tag(epoch: epoch, number: method.deliveryTag)
        redelivered = method.redelivered
        exchange = method.exchange
        routingKey = method.routingKey
        self.header = header
        self.body = body
    }

    /// A message that was asked for, of epoch 1.
    ///
    /// - Parameters:
    ///   - method: basic.get-ok.
    ///   - header: the content's header.
    ///   - body: the content's body; empty if it was left out.
    public init(_ method: BasicGetOk, _ header: ContentHeader, _ body: [UInt8]) {
        tag = Tag(epoch: 1, number: method.deliveryTag)
        redelivered = method.redelivered
        exchange = method.exchange
        routingKey = method.routingKey
        self.header = header
        self.body = body
    }

    /// The properties as they came; without headers where those could not be decoded within the bounds.
    public var properties: BasicProperties { header.properties }
    /// Whether the body is larger than the limit of the ``ChannelMachine``, and therefore not here. Such a message can
    /// still be settled.
    public var isBodyLeftOut: Bool { header.bodySize > UInt64(body.count) }
}

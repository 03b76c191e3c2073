/// A message on its way to an exchange. A value; safe to use from any thread.
public struct OutgoingMessage: Sendable, Hashable {
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

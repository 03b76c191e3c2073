/// The fourteen properties of class basic (AMQP 0-9-1 section 1.8.1), each present or not.
public struct BasicProperties: Sendable, Hashable {
    /// MIME type.
    public var contentType: String?
    /// MIME content encoding.
    public var contentEncoding: String?
    /// The application's headers.
    public var headers: FieldTable?
    /// 1: in memory only, 2: persistent.
    public var deliveryMode: UInt8?
    /// 0 ... 255; brokers tell apart what the queue allows.
    public var priority: UInt8?
    /// Of the application's.
    public var correlationID: String?
    /// A queue's name.
    public var replyTo: String?
    /// Milliseconds as decimal text (RabbitMQ's TTL a message).
    public var expiration: String?
    /// Of the application's.
    public var messageID: String?
    /// Seconds since 1970.
    public var timestamp: UInt64?
    /// Of the application's.
    public var type: String?
    /// Checked by RabbitMQ against the connection's user.
    public var userID: String?
    /// Of the application's.
    public var appID: String?
    /// Reserved by the specification; carried as it comes.
    public var clusterID: String?

    /// No properties.
    public init() {}
}

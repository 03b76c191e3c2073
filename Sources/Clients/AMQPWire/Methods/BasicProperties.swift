/// The fourteen properties of class basic (AMQP 0-9-1 reference, section 1.8.1), each present or not. Texts have at
/// most 255 bytes of UTF-8, which is checked when they are encoded. A value; safe to use from any thread.
public struct BasicProperties: Sendable, Hashable {
    /// The MIME type of the body.
    public var contentType: String?
    /// The MIME content encoding of the body.
    public var contentEncoding: String?
    /// The application's headers.
    public var headers: FieldTable?
    /// How the message is kept: 1 in memory only, 2 persistently.
    public var deliveryMode: UInt8?
    /// The priority, 0 ... 255; a queue's arguments say how many levels it tells apart.
    public var priority: UInt8?
    /// What an answer is known by, for the application.
    public var correlationID: String?
    /// Where an answer is sent, usually a queue's name.
    public var replyTo: String?
    /// How long the message may stay in a queue: milliseconds as decimal text (RabbitMQ).
    public var expiration: String?
    /// The message's identity, for the application.
    public var messageID: String?
    /// When the message was made, in seconds since 1970.
    public var timestamp: UInt64?
    /// The message's type, for the application.
    public var type: String?
    /// The user that publishes, which RabbitMQ compares with the connection's user.
    public var userID: String?
    /// The program that publishes, for the application.
    public var appID: String?
    /// A reserved property, which is carried as it comes.
    public var clusterID: String?

    /// No properties.
    public init() {}
}

/// A message as brokers carry it: bytes and their description.
public struct Message: Sendable, Hashable {
    /// The content, untouched by every broker.
    public var body: [UInt8]
    /// What describes it.
    public var properties: MessageProperties
    /// Whether the body was larger than a consumer is given, and is missing. Such a message cannot be published.
    public var isBodyLeftOut = false

    /// A message of these bytes.
    public init(body: [UInt8], properties: MessageProperties = MessageProperties()) {
        self.body = body
        self.properties = properties
    }
}

/// The basic properties of AMQP 0-9-1 (specification 1.8, class basic) that the pipeline reads, writes or
/// passes on: all but the user id, which RabbitMQ takes from its own user only.
public struct MessageProperties: Sendable, Hashable {
    /// The MIME type of the body.
    public var contentType: String?
    /// The event's id.
    public var messageID: String?
    /// The event's type.
    public var type: String?
    /// When it was made; seconds since 1970.
    public var timestamp: Int64?
    /// Whether it outlives a restart of the broker (delivery mode 2).
    public var isPersistent: Bool
    /// 0 ... 255, higher first, in queues that were declared with a highest priority.
    public var priority: UInt8
    /// Milliseconds after which it expires in its queue; the shorter of this and the queue's own TTL holds.
    public var expiration: UInt32?
    /// The application's headers.
    public var headers: HeaderTable
    /// What the pipeline has no use for, and passes on as it came, each at most 255 bytes.
    public var carried: [Carried: String] = [:]

    /// Properties that are passed on.
    public enum Carried: UInt8, Sendable, Hashable, CaseIterable {
        case contentEncoding
        case correlationID
        case replyTo
        case appID
    }

    /// Persistent, lowest priority, nothing else set.
    public init(
        contentType: String? = nil, messageID: String? = nil, type: String? = nil, timestamp: Int64? = nil,
        isPersistent: Bool = true, priority: UInt8 = 0, expiration: UInt32? = nil, headers: HeaderTable = [:]
    ) {
        self.contentType = contentType
        self.messageID = messageID
        self.type = type
        self.timestamp = timestamp
        self.isPersistent = isPersistent
        self.priority = priority
        self.expiration = expiration
        self.headers = headers
    }
}

/// A message as brokers carry it: bytes and properties.
package struct Message: Sendable, Hashable {
    /// The content, which no broker changes.
    package var body: [UInt8]
    package var properties: MessageProperties
    /// Whether the body is missing because it was larger than a consumer accepts. Such a message cannot be published.
    package var isBodyLeftOut = false

    package init(body: [UInt8], properties: MessageProperties = MessageProperties()) {
        self.body = body
        self.properties = properties
    }
}

/// The basic properties of AMQP 0-9-1 (specification 1.8, class basic) that the pipeline reads, writes or
/// passes on: all but the user id, which RabbitMQ accepts only if it is that of the connection's user.
package struct MessageProperties: Sendable, Hashable {
    /// The MIME type of the body.
    package var contentType: String?
    /// The event's id.
    package var messageID: String?
    /// The event's type.
    package var type: String?
    /// When the message was made; seconds since 1970.
    package var timestamp: Int64?
    /// Whether the message survives a restart of the broker (delivery mode 2).
    package var isPersistent: Bool
    /// 0 ... 255, higher first, in queues that were declared with a highest priority.
    package var priority: UInt8
    /// Milliseconds after which the message expires in its queue; the shorter of this and the queue's own TTL counts.
    package var expiration: UInt32?
    /// The application's headers.
    package var headers: HeaderTable
    /// Properties that the pipeline does not use and passes on unchanged, each at most 255 bytes.
    package var carried: [Carried: String] = [:]

    package enum Carried: UInt8, Sendable, Hashable, CaseIterable {
        case contentEncoding
        case correlationID
        case replyTo
        case appID
    }

    /// Persistent, lowest priority, nothing else set.
    package init(
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

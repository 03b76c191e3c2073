/// One frame of AMQP 0-9-1 (section 4.2.3), decoded.
public enum Frame: Sendable, Hashable {
    /// Type 1.
    case method(channel: UInt16, Method)
    /// Type 2: the header of the content that the last method of the channel announced.
    case header(channel: UInt16, ContentHeader)
    /// Type 3: a part of the content's body. The one copy that is made of it.
    case body(channel: UInt16, [UInt8])
    /// Type 8, always on channel 0.
    case heartbeat
}

/// A content header of class basic.
///
/// An object, because the properties are large for a value and a delivery passes through many hands.
public final class ContentHeader: Sendable {
    /// Of all body frames together, in bytes.
    public let bodySize: UInt64
    /// Of the content.
    public let properties: BasicProperties
    /// Why the headers among the properties could not be decoded (nested too deeply, too many values) and are nil, though
    /// they came. The rest of the content is whole: a consumer that gave the connection up over another program's headers
    /// would be sent them again and again.
    public let headersFailure: WireError?

    /// A header for a body of that many bytes.
    public init(bodySize: UInt64, properties: BasicProperties, headersFailure: WireError? = nil) {
        self.bodySize = bodySize
        self.properties = properties
        self.headersFailure = headersFailure
    }
}

extension ContentHeader: Hashable {
    /// Of equal contents.
    public static func == (one: ContentHeader, other: ContentHeader) -> Bool {
        one.bodySize == other.bodySize && one.properties == other.properties
            && one.headersFailure == other.headersFailure
    }

    /// Of its contents.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bodySize)
        hasher.combine(properties)
        hasher.combine(headersFailure)
    }
}

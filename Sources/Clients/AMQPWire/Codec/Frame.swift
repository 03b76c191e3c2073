/// One frame of AMQP 0-9-1 (section 4.2.3), decoded. A value; safe to use from any thread.
public enum Frame: Sendable, Hashable {
    /// A method (type 1).
    case method(channel: UInt16, Method)
    /// The header of the content that the last method of the channel announced (type 2).
    case header(channel: UInt16, ContentHeader)
    /// A part of the content's body (type 3), copied once from what was received.
    case body(channel: UInt16, [UInt8])
    /// A heartbeat (type 8), always on channel 0.
    case heartbeat
}

/// A content header of class basic (AMQP 0-9-1 section 4.2.6.1).
///
/// An object, because the properties are large for a value and a delivery passes through many functions. It does not
/// change; safe to use from any thread.
public final class ContentHeader: Sendable {
    /// The size of all body frames together, in bytes.
    public let bodySize: UInt64
    /// The properties of the content.
    public let properties: BasicProperties
    /// Why the headers among the properties could not be decoded (nested too deeply, too many values) and are nil,
    /// though they came. The rest of the content is whole: a consumer that dropped the connection over another
    /// program's headers would be sent them again and again.
    public let headersFailure: WireError?

    /// Makes a header.
    ///
    /// - Parameters:
    ///   - bodySize: the size of all body frames together, in bytes.
    ///   - properties: the properties of the content.
    ///   - headersFailure: why the headers are left out of the properties; nil if they are not.
    public init(bodySize: UInt64, properties: BasicProperties, headersFailure: WireError? = nil) {
        self.bodySize = bodySize
        self.properties = properties
        self.headersFailure = headersFailure
    }
}

extension ContentHeader: Hashable {
    /// Whether both headers have equal parts.
    public static func == (one: ContentHeader, other: ContentHeader) -> Bool {
        one.bodySize == other.bodySize && one.properties == other.properties
            && one.headersFailure == other.headersFailure
    }

    /// Hashes the parts.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bodySize)
        hasher.combine(properties)
        hasher.combine(headersFailure)
    }
}

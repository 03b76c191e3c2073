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
public struct ContentHeader: Sendable, Hashable {
    /// Of all body frames together, in bytes.
    public var bodySize: UInt64
    public var properties: BasicProperties

    public init(bodySize: UInt64, properties: BasicProperties) {
        self.bodySize = bodySize
        self.properties = properties
    }
}

/// Why bytes are no AMQP 0-9-1; the connection cannot be used any further.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reply code with which the connection is to be closed: 501 frame error, 502 syntax error, 503 command
    /// invalid, 505 unexpected frame, 540 not implemented (section 1.2 of the reference).
    public var replyCode: UInt16
    /// What is wrong, and where.
    public var message: String

    public init(replyCode: UInt16, message: String) {
        self.replyCode = replyCode
        self.message = message
    }

    public var description: String { "AMQP \(replyCode): \(message)" }
}

/// Bounds of what is decoded; what is above them is a ``WireError`` before anything is allocated for it.
public struct DecodingLimits: Sendable, Hashable {
    /// The largest frame with its 7 bytes of header and 1 of end, in bytes: the negotiated frame-max, and before tune
    /// the 8,192 that every peer has to take... at least 4,096.
    public var frameMax: Int
    /// The deepest nesting of arrays and tables.
    public var nesting: Int
    /// The most values in the tables and arrays of one frame together.
    public var fieldValues: Int

    public init(frameMax: Int = 131_072, nesting: Int = 32, fieldValues: Int = 16_384) {
        self.frameMax = frameMax
        self.nesting = nesting
        self.fieldValues = fieldValues
    }
}

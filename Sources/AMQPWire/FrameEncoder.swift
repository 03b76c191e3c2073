/// Writes frames one after the other into one buffer, which goes to the socket in one write.
public struct FrameEncoder: Sendable {
    /// The negotiated frame-max: bodies are cut to `frameMax - 8`.
    public var frameMax: Int
    /// What has been written and not taken.
    public private(set) var bytes: [UInt8] = []

    public init(frameMax: Int = 131_072) {
        self.frameMax = frameMax
    }

    /// The eight bytes with which a client begins: "AMQP" 0 0 9 1 (section 4.2.2).
    public mutating func protocolHeader() {}

    /// - Throws: when a text or table does not fit its field (short strings: 255 bytes) or the frame; nothing is
    ///   written then.
    public mutating func method(_ method: Method, channel: UInt16) throws(WireError) {}

    /// Method, header and body frames of a content; no body frame for an empty body.
    public mutating func publish(
        _ publish: BasicPublish, properties: BasicProperties, body: [UInt8], channel: UInt16
    ) throws(WireError) {}

    public mutating func heartbeat() {}

    /// The bytes, and an empty buffer.
    public mutating func take() -> [UInt8] { [] }
}

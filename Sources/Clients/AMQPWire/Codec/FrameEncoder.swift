/// Writes frames one after the other into one buffer, which goes to the socket in one write.
public struct FrameEncoder: Sendable {
    /// The negotiated frame-max: bodies are cut to `frameMax - 8`.
    public var frameMax: Int
    /// What has been written and not taken.
    public private(set) var bytes: [UInt8] = []

    /// An encoder with nothing written.
    public init(frameMax: Int = 131_072) {
        self.frameMax = frameMax
    }

    /// The eight bytes with which a client begins: "AMQP" 0 0 9 1 (section 4.2.2).
    public mutating func protocolHeader() {
        bytes += [UInt8(ascii: "A"), UInt8(ascii: "M"), UInt8(ascii: "Q"), UInt8(ascii: "P"), 0, 0, 9, 1]
    }

    /// A method frame.
    ///
    /// - Throws: when a text or table does not fit its field (short strings: 255 bytes) or the frame; nothing is
    ///   written then.
    public mutating func method(_ method: Method, channel: UInt16) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.frame(type: 1, channel) { (bytes) throws(WireError) in try bytes.append(method: method) }
        }
    }

    /// A content header.
    ///
    /// - Throws: as ``method(_:channel:)``.
    public mutating func header(_ header: ContentHeader, channel: UInt16) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.header(bodySize: header.bodySize, header.properties, channel)
        }
    }

    /// The body frames of a content, cut to size; none for an empty body, which RabbitMQ would answer by closing the
    /// connection (505).
    public mutating func body(_ body: [UInt8], channel: UInt16) {
        let size = max(1, frameMax - FrameDecoder.overhead)
        var start = 0
        while start < body.count {
            let end = min(body.count, start + size)
            begin(type: 3, channel, size: UInt32(truncatingIfNeeded: end - start))
            bytes += body[start..<end]
            bytes.append(FrameDecoder.frameEnd)
            start = end
        }
    }

    /// Method, header and body frames of a content.
    ///
    /// - Throws: as ``method(_:channel:)``.
    public mutating func publish(
        _ publish: BasicPublish, properties: BasicProperties, body: [UInt8], channel: UInt16
    ) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.method(.basicPublish(publish), channel: channel)
            try encoder.header(bodySize: UInt64(body.count), properties, channel)
        }
        self.body(body, channel: channel)
    }

    /// A heartbeat frame.
    public mutating func heartbeat() {
        begin(type: 8, 0, size: 0)
        bytes.append(FrameDecoder.frameEnd)
    }

    /// The bytes. As much will come next as came now, so that the buffer need not grow to it step by step.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(min(bytes.count, 65_536))
        swap(&taken, &bytes)
        return taken
    }

    private mutating func header(
        bodySize: UInt64, _ properties: BasicProperties, _ channel: UInt16
    ) throws(WireError) {
        try frame(type: 2, channel) { (bytes) throws(WireError) in
            bytes.append(uint16: 60)
            bytes.append(uint16: 0)
            bytes.append(uint64: bodySize)
            try bytes.append(properties: properties)
        }
    }

    private mutating func begin(type: UInt8, _ channel: UInt16, size: UInt32) {
        bytes.append(type)
        bytes.append(uint16: channel)
        bytes.append(uint32: size)
    }

    private mutating func frame(
        type: UInt8, _ channel: UInt16, _ payload: (inout [UInt8]) throws(WireError) -> Void
    ) throws(WireError) {
        begin(type: type, channel, size: 0)
        let start = bytes.count
        try payload(&bytes)
        let size = bytes.count - start
        guard size <= frameMax - FrameDecoder.overhead else {
            throw WireError(
                replyCode: 501,
                message: "a method or a message's properties take \(size) bytes; a frame has room for "
                    + "\(frameMax - FrameDecoder.overhead)")
        }
        bytes.replace(uint32: UInt32(truncatingIfNeeded: size), at: start - 4)
        bytes.append(FrameDecoder.frameEnd)
    }

    private mutating func undoingOnError(
        _ write: (inout FrameEncoder) throws(WireError) -> Void
    ) throws(WireError) {
        let count = bytes.count
        do throws(WireError) {
            try write(&self)
        } catch {
            bytes.removeLast(bytes.count - count)
            throw error
        }
    }
}

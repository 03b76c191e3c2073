/// Writes frames (AMQP 0-9-1 section 4.2) one after the other into one buffer, which goes to the socket in one write. A
/// value without I/O, owned by one actor.
public struct FrameEncoder: Sendable {
    /// The negotiated frame-max in bytes: bodies are cut to `frameMax - 8`.
    public var frameMax: Int
    /// What has been written and not taken.
    public private(set) var bytes: [UInt8] = []

    /// An encoder with nothing written.
    ///
    /// - Parameter frameMax: the largest frame in bytes, to be changed when another one is negotiated.
    public init(frameMax: Int = 131_072) {
        self.frameMax = frameMax
    }

    /// Writes the eight bytes with which a client begins: "AMQP" 0 0 9 1 (section 4.2.2).
    public mutating func protocolHeader() {
        bytes += [UInt8(ascii: "A"), UInt8(ascii: "M"), UInt8(ascii: "Q"), UInt8(ascii: "P"), 0, 0, 9, 1]
    }

    /// Writes a method frame.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - channel: the channel's number; 0 for class connection.
    /// - Throws: ``WireError`` when a text or table does not fit its field, such as a short string of more than 255
    ///   bytes, or a number is not finite (502), or when all does not fit the frame (501). Nothing is written then.
    public mutating func method(_ method: Method, channel: UInt16) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.frame(type: 1, channel) { (bytes) throws(WireError) in try bytes.append(method: method) }
        }
    }

    /// Writes a content header.
    ///
    /// - Parameters:
    ///   - header: the body's size and the properties.
    ///   - channel: the channel's number.
    /// - Throws: ``WireError``, as ``method(_:channel:)`` does.
    public mutating func header(_ header: ContentHeader, channel: UInt16) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.header(bodySize: header.bodySize, header.properties, channel)
        }
    }

    /// Writes the body frames of a content, cut to size; none for an empty body, which RabbitMQ would answer by closing
    /// the connection (505).
    ///
    /// - Parameters:
    ///   - body: the whole body.
    ///   - channel: the channel's number.
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

    /// Writes basic.publish with its content: method, header and body frames.
    ///
    /// - Parameters:
    ///   - publish: the method.
    ///   - properties: the content's properties.
    ///   - body: the content's body.
    ///   - channel: the channel's number.
    /// - Throws: ``WireError``, as ``method(_:channel:)`` does.
    public mutating func publish(
        _ publish: BasicPublish, properties: BasicProperties, body: [UInt8], channel: UInt16
    ) throws(WireError) {
        try undoingOnError { (encoder) throws(WireError) in
            try encoder.method(.basicPublish(publish), channel: channel)
            try encoder.header(bodySize: UInt64(body.count), properties, channel)
        }
        self.body(body, channel: channel)
    }

    /// Writes a heartbeat frame.
    public mutating func heartbeat() {
        begin(type: 8, 0, size: 0)
        bytes.append(FrameDecoder.frameEnd)
    }

    /// Takes what was written, and leaves nothing.
    ///
    /// - Returns: the bytes to send.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        // As much will probably be written next: the buffer need not grow to it step by step.
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

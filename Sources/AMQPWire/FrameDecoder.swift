/// Cuts a stream of bytes into frames, whatever the pieces it comes in.
///
/// A value without I/O: append what the socket gave, take frames until there is none. It holds what was appended and
/// not yet taken, and one frame at most of that has to be kept for more to come.
public struct FrameDecoder: Sendable {
    /// May be changed between frames (after tune).
    public var limits: DecodingLimits
    private var buffer: [UInt8] = []
    private var start = 0
    private var failure: WireError?

    /// A frame's octets but its payload: type, channel and size before it (section 4.2.3).
    static let headerSize = 7
    /// Those, and the frame-end octet.
    static let overhead = 8
    static let frameEnd: UInt8 = 0xCE

    /// A decoder at the beginning of a stream.
    public init(limits: DecodingLimits = DecodingLimits()) {
        self.limits = limits
    }

    /// Takes what was received.
    public mutating func append(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
        } else {
            if start > 0 { buffer.removeFirst(start) }
            buffer += bytes
        }
        start = 0
    }

    /// The next whole frame; nil while more bytes are needed.
    ///
    /// - Throws: when the bytes are no AMQP; it throws the same again when called again.
    public mutating func next() throws(WireError) -> Frame? {
        if let failure { throw failure }
        do throws(WireError) {
            guard let (frame, size) = try Self.frame(in: buffer.span, from: start, limits) else { return nil }
            start += size
            return frame
        } catch {
            failure = error
            buffer = []
            start = 0
            throw error
        }
    }

    private static func frame(
        in bytes: Span<UInt8>, from start: Int, _ limits: DecodingLimits
    ) throws(WireError) -> (frame: Frame, size: Int)? {
        let available = bytes.count - start
        guard available > 0 else { return nil }
        let type = bytes[start]
        guard let kind = Kind(rawValue: type) else { throw unknownType(type) }
        guard available >= headerSize else { return nil }
        let channel = bytes.uint16(at: start + 1)
        let size = Int(bytes.uint32(at: start + 3))
        guard size <= limits.frameMax - overhead else {
            throw WireError(
                replyCode: 501, message: "a frame of \(size + overhead) bytes where \(limits.frameMax) were agreed on")
        }
        guard available >= size + overhead else { return nil }
        let payload = start + headerSize
        guard bytes[payload + size] == frameEnd else {
            throw WireError(replyCode: 501, message: "a frame does not end with its end octet")
        }
        let frame = try decode(kind, channel, bytes, from: payload, to: payload + size, limits)
        return (frame, size + overhead)
    }

    private enum Kind: UInt8 {
        case method = 1
        case header = 2
        case body = 3
        case heartbeat = 8
    }

    private static func decode(
        _ kind: Kind, _ channel: UInt16, _ bytes: Span<UInt8>, from start: Int, to end: Int, _ limits: DecodingLimits
    ) throws(WireError) -> Frame {
        switch kind {
        case .method:
            var reader = FieldReader(from: start, to: end, limits)
            return .method(channel: channel, try reader.method(bytes))
        case .header:
            var reader = FieldReader(from: start, to: end, limits)
            return .header(channel: channel, try contentHeader(&reader, bytes))
        case .body:
            return .body(channel: channel, bytes.copy(from: start, end - start))
        case .heartbeat:
            guard channel == 0, start == end else {
                throw WireError(replyCode: 501, message: "a heartbeat with a channel or a payload")
            }
            return .heartbeat
        }
    }

    /// Section 4.2.6.1.
    private static func contentHeader(
        _ reader: inout FieldReader, _ bytes: Span<UInt8>
    ) throws(WireError) -> ContentHeader {
        let classID = try reader.uint16(bytes)
        guard classID == 60, try reader.uint16(bytes) == 0 else {
            throw WireError(replyCode: 501, message: "a content header of class \(classID) or with a weight")
        }
        let bodySize = try reader.uint64(bytes)
        let (properties, headersFailure) = try reader.basicProperties(bytes)
        guard reader.isAtEnd else {
            throw WireError(replyCode: 502, message: "a content header has \(reader.remaining) bytes too many")
        }
        return ContentHeader(bodySize: bodySize, properties: properties, headersFailure: headersFailure)
    }

    private static func unknownType(_ type: UInt8) -> WireError {
        guard type == UInt8(ascii: "A") else {
            return WireError(replyCode: 501, message: "a frame of the unknown type \(type)")
        }
        // How a server answers a version that it does not speak (section 4.2.2).
        return WireError(replyCode: 501, message: "the server does not speak AMQP 0-9-1")
    }
}

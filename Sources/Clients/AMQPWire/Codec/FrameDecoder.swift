import Bytes

/// Cuts a stream of bytes into frames (AMQP 0-9-1 section 4.2), whatever the pieces it comes in.
///
/// A value without I/O, owned by one actor: append what the socket gave, take frames until ``next()`` returns nil. It
/// holds what was appended and not yet taken, and as much again at most that was taken already; once it has failed,
/// nothing. No input makes it trap.
public struct FrameDecoder: Sendable {
    /// The bounds, which may be changed between frames (after tune).
    public var limits: DecodingLimits
    private var buffer: [UInt8] = []
    private var start = 0
    private var failure: WireError?

    /// The octets before a frame's payload: type, channel and size (section 4.2.3).
    static let headerSize = 7
    /// The octets of a frame without its payload: header and frame-end.
    static let overhead = 8
    static let frameEnd: UInt8 = 0xCE

    /// A decoder at the beginning of a stream.
    ///
    /// - Parameter limits: the bounds of what is decoded.
    public init(limits: DecodingLimits = DecodingLimits()) {
        self.limits = limits
    }

    /// Takes what was received; after an error that is dropped.
    ///
    /// - Parameter bytes: the next bytes of the stream, any number.
    public mutating func append(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        if start == buffer.count {
            buffer = bytes
            start = 0
        } else {
            // Not before half of it was taken: so each byte moves once, however few frames are taken between appends.
            if start >= buffer.count - start {
                buffer.removeFirst(start)
                start = 0
            }
            buffer += bytes
        }
    }

    /// Takes the next frame.
    ///
    /// - Returns: the frame, once it is whole; nil while more bytes are needed.
    /// - Throws: ``WireError`` when the bytes are not AMQP, and the same again when called again: an unknown type of
    ///   frame, a frame that is too large or does not end with its end octet (501), a field that does not fit its
    ///   frame, an unknown type of value, tables beyond the bounds (502), an unknown method (540).
    public mutating func next() throws(WireError) -> Frame? {
        if let failure { throw failure }
        do throws(WireError) {
            guard let (kind, channel, payload) = try Self.frame(in: buffer.span, from: start, limits) else {
                return nil
            }
            let frame = try decode(kind, channel, payload)
            start = payload.upperBound + 1
            return frame
        } catch {
            failure = error
            buffer = []
            start = 0
            throw error
        }
    }

    /// The frame that begins at `start`, once all of it is there.
    private static func frame(
        in bytes: Span<UInt8>, from start: Int, _ limits: DecodingLimits
    ) throws(WireError) -> (kind: Kind, channel: UInt16, payload: Range<Int>)? {
        let available = bytes.count - start
        guard available > 0 else { return nil }
        let type = bytes[start]
        guard let kind = Kind(rawValue: type) else { throw unknownType(type) }
        guard available >= headerSize else { return nil }
        let channel = bytes.uint16(at: start + 1)
        let size = Int(bytes.uint32(at: start + 3))
        let largest = kind == .header ? max(limits.frameMax, DecodingLimits.headerFrameMax) : limits.frameMax
        guard size <= largest - overhead else {
            throw WireError(
                replyCode: 501, message: "a frame of \(size + overhead) bytes; \(limits.frameMax) were negotiated")
        }
        guard available >= size + overhead else { return nil }
        let payload = start + headerSize
        guard bytes[payload + size] == frameEnd else {
            throw WireError(replyCode: 501, message: "a frame does not end with its end octet")
        }
        return (kind, channel, payload..<payload + size)
    }

    private enum Kind: UInt8 {
        case method = 1
        case header = 2
        case body = 3
        case heartbeat = 8
    }

    private func decode(_ kind: Kind, _ channel: UInt16, _ payload: Range<Int>) throws(WireError) -> Frame {
        var reader = FieldReader(from: payload.lowerBound, to: payload.upperBound, limits)
        switch kind {
        case .method:
            return .method(channel: channel, try reader.method(buffer.span))
        case .header:
            return .header(channel: channel, try Self.contentHeader(&reader, buffer.span))
        case .body:
            // A slice of an array is copied in one piece, which a span cannot be.
            return .body(channel: channel, Array(buffer[payload]))
        case .heartbeat:
            guard channel == 0, payload.isEmpty else {
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
        let message =
            switch type {
            // A server answers a version that it does not speak with a protocol header (section 4.2.2).
            case UInt8(ascii: "A"): "the server does not speak AMQP 0-9-1"
            // What servers of the neighbouring ports say to a client that has come to the wrong one: an alert of TLS
            // (RFC 8446, section 5.1), the status line of HTTP.
            case 21: "the server speaks TLS, or this is no AMQP"
            case UInt8(ascii: "H"): "the server speaks HTTP, or this is no AMQP"
            default: "a frame of the unknown type \(type)"
            }
        return WireError(replyCode: 501, message: message)
    }
}

import Bytes

/// Cuts a stream of bytes into messages, whatever the pieces and chunks it comes in.
///
/// A value without I/O, owned by one actor: append what the socket gave, take messages until the answer is nil. It holds
/// what was appended and not yet taken, and as much again at most that was taken already; once it has failed, nothing.
/// No input makes it trap. Chunks without content between messages, with which a server shows that it lives, are skipped:
/// whatever arrives shows as much.
public struct MessageDecoder: Sendable {
    /// The bounds, which may be changed between messages.
    public var limits: DecodingLimits
    /// Which values exist.
    public var dialect: PackStreamDialect
    private var buffer: [UInt8] = []
    private var start = 0
    /// The chunks of a message that are there while others are not; empty otherwise.
    private var parts: [UInt8] = []
    private var failure: BoltWireError?

    /// A decoder at the beginning of a stream of messages.
    ///
    /// - Parameters:
    ///   - version: The negotiated version.
    ///   - limits: The bounds of what is decoded.
    public init(version: BoltVersion, limits: DecodingLimits = DecodingLimits()) {
        self.limits = limits
        dialect = PackStreamDialect(version)
    }

    /// Takes what was received; after an error that is dropped.
    ///
    /// - Parameter bytes: The next bytes of the stream, any number.
    public mutating func append(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        if start == buffer.count {
            buffer = bytes
            start = 0
        } else {
            // Not before half of it was taken: so each byte moves once, however few messages are taken between appends.
            if start >= buffer.count - start {
                buffer.removeFirst(start)
                start = 0
            }
            buffer += bytes
        }
    }

    /// Takes the next message of a server.
    ///
    /// - Returns: The message, once it is whole; nil while more bytes are needed.
    /// - Throws: ``BoltWireError``, and the same again when called again: ``BoltWireError/Code/malformed`` where the bytes
    ///   are not such a message, ``BoltWireError/Code/tooLarge`` where it is beyond the bounds.
    public mutating func nextResponse() throws(BoltWireError) -> Response? {
        try next { (bytes, reader) throws(BoltWireError) in try Response(bytes, &reader) }
    }

    /// Takes the next message of either side, with its fields as they are; for servers, proxies and tests.
    ///
    /// - Returns: The message, once it is whole; nil while more bytes are needed.
    /// - Throws: ``BoltWireError``, as ``nextResponse()`` does.
    public mutating func nextMessage() throws(BoltWireError) -> BoltStructure? {
        try next { (bytes, reader) throws(BoltWireError) in
            let (count, tag) = try reader.structureStart(bytes)
            return BoltStructure(tag, try reader.values(bytes, count: count, depth: 0))
        }
    }

    private mutating func next<Message>(
        _ decode: (Span<UInt8>, inout PackStreamReader) throws(BoltWireError) -> Message
    ) throws(BoltWireError) -> Message? {
        if let failure { throw failure }
        do throws(BoltWireError) {
            guard let (message, end) = try whole() else { return nil }
            // A message of one chunk, as nearly all are, is read where it lies.
            let decoded =
                parts.isEmpty
                ? try read(buffer.span, message, decode) : try read(parts.span, message, decode)
            start = end
            parts.removeAll(keepingCapacity: parts.count <= 65_536)
            return decoded
        } catch {
            failure = error
            buffer = []
            parts = []
            start = 0
            throw error
        }
    }

    private func read<Message>(
        _ bytes: Span<UInt8>, _ message: Range<Int>,
        _ decode: (Span<UInt8>, inout PackStreamReader) throws(BoltWireError) -> Message
    ) throws(BoltWireError) -> Message {
        var reader = PackStreamReader(
            from: message.lowerBound, to: message.upperBound, dialect: dialect, limits: limits)
        let decoded = try decode(bytes, &reader)
        guard reader.isAtEnd else { throw .malformed("a message with \(reader.cursor.remaining) bytes too many") }
        return decoded
    }

    /// Where the next message lies, in `parts` if there are any and in the buffer otherwise, and where in the buffer the
    /// stream goes on.
    private mutating func whole() throws(BoltWireError) -> (message: Range<Int>, end: Int)? {
        while true {
            let available = buffer.count - start
            guard available >= 2 else { return nil }
            let size = Int(buffer.span.uint16(at: start))
            if size == 0 {
                if !parts.isEmpty { return (0..<parts.count, start + 2) }
                start += 2
                continue
            }
            guard size <= limits.messageBytes - parts.count else {
                throw BoltWireError(.tooLarge, "a message of more than \(limits.messageBytes) bytes")
            }
            // The two bytes behind a chunk say whether the message ends with it.
            let next = start + 2 + size
            guard buffer.count >= next + 2 else { return nil }
            if parts.isEmpty, buffer.span.uint16(at: next) == 0 { return (start + 2..<next, next + 2) }
            parts += buffer[start + 2..<next]
            start = next
        }
    }
}

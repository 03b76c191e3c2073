import Bytes

/// Joins the chunks of a body (RFC 9112, section 7.1), in pieces of any size.
///
/// Extensions and trailers are checked, bounded and dropped. Each line ends with CR LF; blanks around sizes, signs and
/// prefixes are refused, as servers differ in how they read them.
struct ChunkDecoder: Sendable {
    private enum State {
        /// Reads digits: the size so far, and their number.
        case size(Int, digits: Int)
        case chunkExtension(Int)
        /// Expects the line feed behind a size.
        case sizeEnd(Int)
        case data(Int)
        case dataEnd
        case dataEndLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerEnd
        case end
        case finished
    }

    /// The most digits of a size, leading zeros included.
    private static let maxDigits = 32

    private var state = State.size(0, digits: 0)
    /// How many bytes extensions and trailers may still have.
    private var allowance: Int
    /// What a refusal says the body may have.
    private let limit: Int

    /// - Parameters:
    ///   - allowance: The most bytes that extensions and trailers may have together.
    ///   - limit: The most bytes of the body, for texts only.
    init(allowance: Int, limit: Int) {
        self.allowance = allowance
        self.limit = limit
    }

    var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Goes over bytes until the end of the body, or of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: What has come.
    ///   - consume: Is called with each piece of data.
    /// - Returns: The index behind the last byte that belongs to the body.
    mutating func decode(
        _ bytes: ArraySlice<UInt8>, _ consume: (ArraySlice<UInt8>) -> Void
    ) throws(HTTPRefusal) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch state {
            case .finished: return index
            case .data(let rest):
                let end = min(bytes.endIndex, index + min(rest, bytes.endIndex - index))
                consume(bytes[index..<end])
                state = rest == end - index ? .dataEnd : .data(rest - (end - index))
                index = end
            default:
                try take(bytes[index])
                index += 1
            }
        }
        return index
    }

    private mutating func take(_ byte: UInt8) throws(HTTPRefusal) {
        switch state {
        case .size(let size, let digits): try takeSize(byte, size, digits)
        case .chunkExtension(let size):
            if byte == UInt8(ascii: "\r") { state = .sizeEnd(size) } else { try pass(byte) }
        case .sizeEnd(let size):
            try expect(byte, "\n", "The line of a chunk's size does not end with CR LF.")
            state = size == 0 ? .trailerStart : .data(size)
        case .dataEnd:
            try expect(byte, "\r", "A chunk is longer than its size.")
            state = .dataEndLineFeed
        case .dataEndLineFeed:
            try expect(byte, "\n", "A chunk does not end with CR LF.")
            state = .size(0, digits: 0)
        case .trailerStart:
            if byte == UInt8(ascii: "\r") {
                state = .end
            } else {
                try takeTrailerName(byte, isFirst: true)
            }
        case .trailerName: try takeTrailerName(byte, isFirst: false)
        case .trailerValue:
            if byte == UInt8(ascii: "\r") { state = .trailerEnd } else { try pass(byte) }
        case .trailerEnd:
            try expect(byte, "\n", "A line of the trailer does not end with CR LF.")
            state = .trailerStart
        case .end:
            try expect(byte, "\n", "The body does not end with CR LF.")
            state = .finished
        case .data, .finished: break
        }
    }

    private mutating func takeSize(_ byte: UInt8, _ size: Int, _ digits: Int) throws(HTTPRefusal) {
        if let digit = Hexadecimal.value(of: byte) {
            guard digits < Self.maxDigits else { throw .malformed("The size of a chunk has too many digits.") }
            guard size <= Int.max >> 4 else { throw .bodyTooLarge(limit: limit) }
            state = .size(size << 4 | Int(digit), digits: digits + 1)
            return
        }
        guard digits > 0 else { throw .malformed("A chunk has no size.") }
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeEnd(size)
        case UInt8(ascii: ";"): state = .chunkExtension(size)
        default: throw .malformed("The size of a chunk is not a number.")
        }
    }

    private mutating func takeTrailerName(_ byte: UInt8, isFirst: Bool) throws(HTTPRefusal) {
        if byte == UInt8(ascii: ":"), !isFirst {
            state = .trailerValue
        } else if ByteSet.token.contains(byte) {
            state = .trailerName
        } else {
            throw .malformed("The name of a trailer field is not a token.")
        }
        try pass(byte)
    }

    /// Passes over a byte of an extension or a trailer.
    private mutating func pass(_ byte: UInt8) throws(HTTPRefusal) {
        guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
            throw .malformed("A chunk's extension or a trailer holds a control character.")
        }
        allowance -= 1
        guard allowance >= 0 else { throw .malformed("The extensions and trailers of the chunks are too long.") }
    }

    private func expect(_ byte: UInt8, _ wanted: Unicode.Scalar, _ problem: String) throws(HTTPRefusal) {
        guard byte == UInt8(ascii: wanted) else { throw .malformed(problem) }
    }
}

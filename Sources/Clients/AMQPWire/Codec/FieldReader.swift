import Bytes

/// Reads the fields of one frame's payload off the decoder's buffer, in place.
///
/// The reader keeps its position and the payload's end, and gets the bytes with each call, since a span cannot be kept.
/// Whatever the bytes are, it throws rather than reads past the end, and allocates memory in proportion to them only.
struct FieldReader {
    private var cursor: ByteCursor
    /// How many values of tables and arrays may still come.
    var valuesLeft: Int
    let nesting: Int

    init(from position: Int, to end: Int, _ limits: DecodingLimits) {
        cursor = ByteCursor(from: position, to: end)
        valuesLeft = limits.fieldValues
        nesting = min(limits.nesting, DecodingLimits.deepestNesting)
    }

    /// A reader of a part of what `outer` reads, with what is left of its bounds.
    init(within outer: FieldReader, from position: Int, to end: Int) {
        cursor = ByteCursor(from: position, to: end)
        valuesLeft = outer.valuesLeft
        nesting = outer.nesting
    }

    var position: Int { cursor.position }
    var end: Int { cursor.end }
    var isAtEnd: Bool { cursor.isAtEnd }
    var remaining: Int { cursor.remaining }

    /// Moves on by `count` bytes, and returns where they begin.
    mutating func take(_ count: Int) throws(WireError) -> Int {
        guard let start = cursor.take(count) else {
            throw WireError(replyCode: 502, message: "a field of \(count) bytes where \(remaining) are left")
        }
        return start
    }

    mutating func uint8(_ bytes: Span<UInt8>) throws(WireError) -> UInt8 {
        bytes[try take(1)]
    }

    mutating func uint16(_ bytes: Span<UInt8>) throws(WireError) -> UInt16 {
        bytes.uint16(at: try take(2))
    }

    mutating func uint32(_ bytes: Span<UInt8>) throws(WireError) -> UInt32 {
        bytes.uint32(at: try take(4))
    }

    mutating func uint64(_ bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        bytes.uint64(at: try take(8))
    }

    /// A bit that stands alone in its octet.
    mutating func bit(_ bytes: Span<UInt8>) throws(WireError) -> Bool {
        try bits(bytes)[0]
    }

    /// Bits that share an octet, the first one lowest (section 4.2.5.2).
    mutating func bits(_ bytes: Span<UInt8>) throws(WireError) -> Bits {
        Bits(octet: try uint8(bytes))
    }

    /// A short string. Text that is not UTF-8 is repaired: any producer may send such a routing key, and a consumer
    /// that dropped the connection over it would be sent it again and again.
    mutating func shortString(_ bytes: Span<UInt8>) throws(WireError) -> String {
        let count = Int(try uint8(bytes))
        return text(bytes, from: try take(count), count)
    }

    mutating func longString(_ bytes: Span<UInt8>) throws(WireError) -> String {
        let count = Int(try uint32(bytes))
        return text(bytes, from: try take(count), count)
    }

    mutating func longBytes(_ bytes: Span<UInt8>) throws(WireError) -> [UInt8] {
        let count = Int(try uint32(bytes))
        return bytes.copy(from: try take(count), count)
    }

    private func text(_ bytes: Span<UInt8>, from start: Int, _ count: Int) -> String {
        let slice = bytes.extracting(start..<start + count)
        if let valid = try? UTF8Span(validating: slice) { return String(copying: valid) }
        return String(decoding: bytes.copy(from: start, count), as: UTF8.self)
    }
}

/// Up to eight bits of one octet.
struct Bits {
    let octet: UInt8

    subscript(index: UInt8) -> Bool { octet >> index & 1 == 1 }
}

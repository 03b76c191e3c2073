/// Reads the fields of one frame's payload off the decoder's buffer, in place.
///
/// It knows where it stands and where the payload ends, and is given the bytes with each call, since a span cannot be
/// kept. Whatever the bytes are, it throws rather than reads past the end, and takes no more memory than in proportion
/// to them.
struct FieldReader {
    private(set) var position: Int
    let end: Int
    /// How many values of tables and arrays may still come.
    var valuesLeft: Int
    let nesting: Int

    init(from position: Int, to end: Int, _ limits: DecodingLimits) {
        self.position = position
        self.end = end
        valuesLeft = limits.fieldValues
        nesting = min(limits.nesting, DecodingLimits.deepestNesting)
    }

    /// A reader of a part of what `outer` reads, with what is left of its bounds.
    init(within outer: FieldReader, from position: Int, to end: Int) {
        self.position = position
        self.end = end
        valuesLeft = outer.valuesLeft
        nesting = outer.nesting
    }

    var isAtEnd: Bool { position == end }
    var remaining: Int { end - position }

    /// Moves on by `count` bytes.
    /// - Returns: where they begin.
    mutating func take(_ count: Int) throws(WireError) -> Int {
        guard count <= remaining else {
            throw WireError(replyCode: 502, message: "a field of \(count) bytes where \(remaining) are left")
        }
        defer { position += count }
        return position
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
        let start = try take(8)
        return UInt64(bytes.uint32(at: start)) << 32 | UInt64(bytes.uint32(at: start + 4))
    }

    /// A bit that stands alone in its octet.
    mutating func bit(_ bytes: Span<UInt8>) throws(WireError) -> Bool {
        try bits(bytes)[0]
    }

    /// Bits that share an octet, the first one lowest (section 4.2.5.2).
    mutating func bits(_ bytes: Span<UInt8>) throws(WireError) -> Bits {
        Bits(octet: try uint8(bytes))
    }

    /// A short string. What is no UTF-8 is repaired: any producer may send such a routing key, and a consumer that
    /// gave the connection up over it would be sent it again and again.
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

extension Span<UInt8> {
    func uint16(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }

    func uint32(at index: Int) -> UInt32 {
        UInt32(uint16(at: index)) << 16 | UInt32(uint16(at: index + 2))
    }

    func copy(from start: Int, _ count: Int) -> [UInt8] {
        let slice = extracting(start..<start + count)
        return [UInt8](capacity: count) { target in
            for index in slice.indices { target.append(slice[index]) }
        }
    }
}

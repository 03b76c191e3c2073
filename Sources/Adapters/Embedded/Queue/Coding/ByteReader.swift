import Bytes

/// Reads the values that ``ByteWriter`` wrote. Whatever the bytes are, the reader throws rather than reading past the
/// end or taking more memory than the bytes are long.
struct ByteReader {
    /// The bytes do not come from a writer.
    struct Malformed: Error, Equatable {
        let what: String
    }

    private let bytes: [UInt8]
    private var cursor: ByteCursor

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        cursor = ByteCursor(from: 0, to: bytes.count)
    }

    var isAtEnd: Bool { cursor.isAtEnd }
    /// How many bytes are left; no count that is read may exceed it.
    var remaining: Int { cursor.remaining }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard let index = cursor.take(1) else { throw Malformed(what: "ends early") }
        return bytes[index]
    }

    mutating func unsigned() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            // The tenth byte holds the one bit that is left.
            guard shift < 63 || byte <= 1 else { throw Malformed(what: "has a number above 64 bits") }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    mutating func signed() throws(Malformed) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    mutating func double() throws(Malformed) -> Double {
        var pattern: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
        return Double(bitPattern: pattern)
    }

    /// How many elements follow; each takes at least one byte.
    mutating func count() throws(Malformed) -> Int {
        let value = try unsigned()
        guard value <= UInt64(remaining) else { throw Malformed(what: "counts past its end") }
        return Int(value)
    }

    mutating func string() throws(Malformed) -> String {
        guard let text = String(validating: try slice(), as: UTF8.self) else {
            throw Malformed(what: "has text that is not UTF-8")
        }
        return text
    }

    mutating func blob() throws(Malformed) -> [UInt8] {
        Array(try slice())
    }

    private mutating func slice() throws(Malformed) -> ArraySlice<UInt8> {
        let length = try count()
        guard let start = cursor.take(length) else { throw Malformed(what: "counts past its end") }
        return bytes[start..<start + length]
    }
}

import Bytes

// Fields as they stand in a frame (section 4.2.5). Integers are big-endian.
extension [UInt8] {
    mutating func append(uint16 value: UInt16) {
        append(bigEndian: value)
    }

    mutating func append(uint32 value: UInt32) {
        append(bigEndian: value)
    }

    mutating func append(uint64 value: UInt64) {
        append(bigEndian: value)
    }

    /// Bits that share an octet, the first one lowest.
    mutating func append(bits: Bool...) {
        var octet: UInt8 = 0
        for (index, bit) in bits.enumerated() where bit { octet |= 1 << UInt8(truncatingIfNeeded: index) }
        append(octet)
    }

    mutating func append(shortString text: String) throws(WireError) {
        let utf8 = text.utf8
        guard let count = UInt8(exactly: utf8.count) else {
            throw WireError(
                replyCode: 502,
                message: "a short string has at most 255 bytes, not \(utf8.count): \(text.prefix(40))...")
        }
        append(count)
        append(contentsOf: utf8)
    }

    mutating func append(longString text: String) throws(WireError) {
        try append(length: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    mutating func append(longBytes bytes: [UInt8]) throws(WireError) {
        try append(length: bytes.count)
        append(contentsOf: bytes)
    }

    mutating func append(table: FieldTable, depth: Int = 1) throws(WireError) {
        let start = try beginNested(depth)
        for entry in table.entries {
            try append(shortString: entry.key)
            try append(value: entry.value, depth: depth)
        }
        try endNested(start)
    }

    private mutating func append(array: [FieldValue], depth: Int) throws(WireError) {
        let start = try beginNested(depth)
        for value in array { try append(value: value, depth: depth) }
        try endNested(start)
    }

    /// Leaves room for a length in bytes, which ``endNested(_:)`` fills in.
    private mutating func beginNested(_ depth: Int) throws(WireError) -> Int {
        guard depth <= DecodingLimits.deepestNesting else {
            throw WireError(
                replyCode: 502, message: "tables and arrays are nested deeper than \(DecodingLimits.deepestNesting)")
        }
        append(uint32: 0)
        return count
    }

    private mutating func endNested(_ start: Int) throws(WireError) {
        guard let length = UInt32(exactly: count - start) else { throw .tooLong(count - start) }
        replace(uint32: length, at: start - 4)
    }

    mutating func replace(uint32 value: UInt32, at index: Int) {
        for offset in 0..<4 {
            self[index + offset] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * offset))
        }
    }

    private mutating func append(length: Int) throws(WireError) {
        guard let length = UInt32(exactly: length) else { throw .tooLong(length) }
        append(uint32: length)
    }

    private mutating func append(value: FieldValue, depth: Int) throws(WireError) {
        switch value {
        case .void: append(UInt8(ascii: "V"))
        case .boolean(let value):
            append(UInt8(ascii: "t"))
            append(value ? 1 : 0)
        case .int8(let value):
            append(UInt8(ascii: "b"))
            append(UInt8(bitPattern: value))
        case .uint8(let value):
            append(UInt8(ascii: "B"))
            append(value)
        case .int16(let value):
            append(UInt8(ascii: "s"))
            append(uint16: UInt16(bitPattern: value))
        case .uint16(let value):
            append(UInt8(ascii: "u"))
            append(uint16: value)
        case .int32(let value):
            append(UInt8(ascii: "I"))
            append(uint32: UInt32(bitPattern: value))
        case .uint32(let value):
            append(UInt8(ascii: "i"))
            append(uint32: value)
        case .int64(let value):
            append(UInt8(ascii: "l"))
            append(uint64: UInt64(bitPattern: value))
        case .float(let value):
            guard value.isFinite else { throw .notFinite }
            append(UInt8(ascii: "f"))
            append(uint32: value.bitPattern)
        case .double(let value):
            guard value.isFinite else { throw .notFinite }
            append(UInt8(ascii: "d"))
            append(uint64: value.bitPattern)
        case .decimal(let scale, let value):
            append(UInt8(ascii: "D"))
            append(scale)
            append(uint32: UInt32(bitPattern: value))
        case .string(let text):
            append(UInt8(ascii: "S"))
            try append(longString: text)
        case .bytes(let bytes):
            append(UInt8(ascii: "x"))
            try append(longBytes: bytes)
        case .timestamp(let seconds):
            append(UInt8(ascii: "T"))
            append(uint64: seconds)
        case .array(let values):
            append(UInt8(ascii: "A"))
            try append(array: values, depth: depth + 1)
        case .table(let table):
            append(UInt8(ascii: "F"))
            try append(table: table, depth: depth + 1)
        }
    }
}

extension WireError {
    /// The specification allows them, but RabbitMQ cannot read them and ends the connection with 541 INTERNAL_ERROR,
    /// with all that was under way on it.
    fileprivate static let notFinite = WireError(
        replyCode: 502, message: "a number in a table is infinite or not a number, which RabbitMQ cannot read")

    fileprivate static func tooLong(_ count: Int) -> WireError {
        WireError(replyCode: 502, message: "a field of \(count) bytes is longer than a length of 32 bits can tell")
    }
}

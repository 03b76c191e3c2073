import Bytes

extension FieldReader {
    /// A field table with its length (section 4.2.5.5).
    mutating func table(_ bytes: Span<UInt8>, depth: Int = 1) throws(WireError) -> FieldTable {
        var inner = try nested(bytes, depth: depth)
        var entries: [FieldTable.Entry] = []
        while !inner.isAtEnd {
            let key = try inner.shortString(bytes)
            entries.append(FieldTable.Entry(key, try inner.value(bytes, depth: depth)))
        }
        valuesLeft = inner.valuesLeft
        return FieldTable(entries)
    }

    /// A reader of the bytes that follow their length; this reader moves behind them.
    private mutating func nested(_ bytes: Span<UInt8>, depth: Int) throws(WireError) -> FieldReader {
        guard depth <= nesting else {
            throw WireError(replyCode: 502, message: "tables and arrays are nested deeper than \(nesting)")
        }
        let count = Int(try uint32(bytes))
        let start = try take(count)
        return FieldReader(within: self, from: start, to: start + count)
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(WireError) -> [FieldValue] {
        var inner = try nested(bytes, depth: depth)
        var values: [FieldValue] = []
        while !inner.isAtEnd { values.append(try inner.value(bytes, depth: depth)) }
        valuesLeft = inner.valuesLeft
        return values
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(WireError) -> FieldValue {
        guard valuesLeft > 0 else { throw WireError(replyCode: 502, message: "too many values in the tables") }
        valuesLeft -= 1
        let tag = try uint8(bytes)
        switch tag {
        case UInt8(ascii: "S"):
            let count = Int(try uint32(bytes))
            let start = try take(count)
            guard let text = try? UTF8Span(validating: bytes.extracting(start..<start + count)) else {
                return .bytes(bytes.copy(from: start, count))
            }
            return .string(String(copying: text))
        case UInt8(ascii: "I"): return .int32(Int32(bitPattern: try uint32(bytes)))
        case UInt8(ascii: "l"), UInt8(ascii: "L"): return .int64(Int64(bitPattern: try uint64(bytes)))
        case UInt8(ascii: "t"): return .boolean(try uint8(bytes) != 0)
        case UInt8(ascii: "T"): return .timestamp(try uint64(bytes))
        case UInt8(ascii: "F"): return .table(try table(bytes, depth: depth + 1))
        case UInt8(ascii: "A"): return .array(try array(bytes, depth: depth + 1))
        case UInt8(ascii: "V"): return .void
        case UInt8(ascii: "b"): return .int8(Int8(bitPattern: try uint8(bytes)))
        case UInt8(ascii: "B"): return .uint8(try uint8(bytes))
        case UInt8(ascii: "s"): return .int16(Int16(bitPattern: try uint16(bytes)))
        case UInt8(ascii: "u"): return .uint16(try uint16(bytes))
        case UInt8(ascii: "i"): return .uint32(try uint32(bytes))
        case UInt8(ascii: "f"): return .float(Float(bitPattern: try uint32(bytes)))
        case UInt8(ascii: "d"): return .double(Double(bitPattern: try uint64(bytes)))
        case UInt8(ascii: "D"): return .decimal(scale: try uint8(bytes), value: Int32(bitPattern: try uint32(bytes)))
        case UInt8(ascii: "x"): return .bytes(try longBytes(bytes))
        default: throw WireError(replyCode: 502, message: "a field value has the unknown type \(tag)")
        }
    }
}

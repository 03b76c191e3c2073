import Bytes

/// Reads values of PackStream, one after the other, from bytes that are kept elsewhere.
///
/// The reader holds its place and the bounds, and gets the bytes with each call, since a span cannot be kept. Whatever
/// the bytes are, it throws rather than reads past the end, and allocates memory in proportion to them only.
///
/// ```swift
/// var reader = PackStreamReader(from: 0, to: bytes.count)
/// while !reader.isAtEnd { print(try reader.value(bytes.span)) }
/// ```
///
/// A value: each copy reads on its own, and no variable may be changed by two threads at once.
public struct PackStreamReader: Sendable {
    var cursor: ByteCursor
    private var valuesLeft: Int
    private let nesting: Int
    private let dialect: PackStreamDialect

    /// Makes a reader of a part of the bytes.
    ///
    /// - Parameters:
    ///   - position: The index of the first byte to be read.
    ///   - end: The index behind the last one; not smaller than `position`.
    ///   - dialect: Which values exist.
    ///   - limits: The bounds of what is read; ``DecodingLimits/values`` counts for all values together.
    public init(
        from position: Int, to end: Int, dialect: PackStreamDialect = PackStreamDialect(BoltVersion(5, 8)),
        limits: DecodingLimits = DecodingLimits()
    ) {
        cursor = ByteCursor(from: position, to: end)
        valuesLeft = limits.values
        nesting = min(limits.nesting, DecodingLimits.deepestNesting)
        self.dialect = dialect
    }

    /// Whether no byte is left.
    public var isAtEnd: Bool { cursor.isAtEnd }

    /// Reads the next value.
    ///
    /// - Parameter bytes: The bytes that the reader was made for.
    /// - Returns: The value.
    /// - Throws: ``BoltWireError``: ``BoltWireError/Code/malformed`` where the bytes are not PackStream or end within the
    ///   value, ``BoltWireError/Code/tooLarge`` where the value is beyond the bounds.
    public mutating func value(_ bytes: Span<UInt8>) throws(BoltWireError) -> BoltValue {
        try value(bytes, depth: 0)
    }

    mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(BoltWireError) -> BoltValue {
        let marker = try uint8(bytes)
        switch marker {
        case 0x00...0x7F, 0xF0...0xFF: return .integer(Int(Int8(bitPattern: marker)))
        case 0x80...0x8F: return .string(try text(bytes, Int(marker & 15)))
        case 0x90...0x9F: return .list(try list(bytes, count: Int(marker & 15), depth: depth + 1))
        case 0xA0...0xAF: return .map(try map(bytes, count: Int(marker & 15), depth: depth + 1))
        case 0xB0...0xBF: return try structure(bytes, count: Int(marker & 15), depth: depth + 1)
        case Marker.null: return .null
        case Marker.float64: return .float(Double(bitPattern: try uint64(bytes)))
        case Marker.no: return .boolean(false)
        case Marker.yes: return .boolean(true)
        case 0xC8...0xCB: return .integer(try integer(bytes, marker))
        case 0xCC...0xCE: return .bytes(try copy(bytes, try size(bytes, marker & 3)))
        case 0xD0...0xD2: return .string(try text(bytes, try size(bytes, marker & 3)))
        case 0xD4...0xD6: return .list(try list(bytes, count: try size(bytes, marker & 3), depth: depth + 1))
        case 0xD8...0xDA: return .map(try map(bytes, count: try size(bytes, marker & 3), depth: depth + 1))
        case Marker.uuid where dialect.hasUUIDs: return .uuid(BoltUUID(high: try uint64(bytes), low: try uint64(bytes)))
        default: throw .malformed("a value begins with the byte \(marker), which has no meaning")
        }
    }

    // MARK: Values of one type, for structures and messages

    mutating func integer(_ bytes: Span<UInt8>) throws(BoltWireError) -> Int {
        let marker = try uint8(bytes)
        switch marker {
        case 0x00...0x7F, 0xF0...0xFF: return Int(Int8(bitPattern: marker))
        case 0xC8...0xCB: return try integer(bytes, marker)
        default: throw .malformed("the byte \(marker) where an integer begins")
        }
    }

    mutating func float(_ bytes: Span<UInt8>) throws(BoltWireError) -> Double {
        let marker = try uint8(bytes)
        guard marker == Marker.float64 else { throw .malformed("the byte \(marker) where a float begins") }
        return Double(bitPattern: try uint64(bytes))
    }

    mutating func string(_ bytes: Span<UInt8>) throws(BoltWireError) -> String {
        let marker = try uint8(bytes)
        switch marker {
        case 0x80...0x8F: return try text(bytes, Int(marker & 15))
        case 0xD0...0xD2: return try text(bytes, try size(bytes, marker & 3))
        default: throw .malformed("the byte \(marker) where a string begins")
        }
    }

    mutating func bytes(_ bytes: Span<UInt8>) throws(BoltWireError) -> [UInt8] {
        let marker = try uint8(bytes)
        guard 0xCC...0xCE ~= marker else { throw .malformed("the byte \(marker) where bytes begin") }
        return try copy(bytes, try size(bytes, marker & 3))
    }

    /// A map whose values are `depth` deep; as a message's metadata, they are not nested yet.
    mutating func map(_ bytes: Span<UInt8>, depth: Int) throws(BoltWireError) -> BoltMap {
        let marker = try uint8(bytes)
        switch marker {
        case 0xA0...0xAF: return try map(bytes, count: Int(marker & 15), depth: depth)
        case 0xD8...0xDA: return try map(bytes, count: try size(bytes, marker & 3), depth: depth)
        default: throw .malformed("the byte \(marker) where a map begins")
        }
    }

    /// The number of a list's values, of which the caller reads each.
    mutating func listCount(_ bytes: Span<UInt8>) throws(BoltWireError) -> Int {
        let marker = try uint8(bytes)
        let count =
            switch marker {
            case 0x90...0x9F: Int(marker & 15)
            case 0xD4...0xD6: try size(bytes, marker & 3)
            default: throw BoltWireError.malformed("the byte \(marker) where a list begins")
            }
        try spend(count)
        return count
    }

    /// The number of fields of a structure, and its tag.
    mutating func structureStart(_ bytes: Span<UInt8>) throws(BoltWireError) -> (count: Int, tag: UInt8) {
        let marker = try uint8(bytes)
        guard 0xB0...0xBF ~= marker else { throw .malformed("the byte \(marker) where a structure begins") }
        let count = Int(marker & 15)
        try spend(count)
        return (count, try uint8(bytes))
    }

    // MARK: Parts of values

    func nest(_ depth: Int) throws(BoltWireError) {
        guard depth <= nesting else {
            throw BoltWireError(.tooLarge, "lists, maps and structures are nested deeper than \(nesting)")
        }
    }

    /// Takes values off the bound before room is made for them. Each has at least one byte.
    mutating func spend(_ count: Int) throws(BoltWireError) {
        guard count <= cursor.remaining else {
            throw .malformed("\(count) values where \(cursor.remaining) bytes are left")
        }
        guard count <= valuesLeft else { throw BoltWireError(.tooLarge, "a message with too many values") }
        valuesLeft -= count
    }

    private mutating func list(
        _ bytes: Span<UInt8>, count: Int, depth: Int
    ) throws(BoltWireError) -> [BoltValue] {
        try nest(depth)
        try spend(count)
        return try values(bytes, count: count, depth: depth)
    }

    /// Values that follow each other; their number has been taken off the bound.
    mutating func values(_ bytes: Span<UInt8>, count: Int, depth: Int) throws(BoltWireError) -> [BoltValue] {
        var values: [BoltValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try value(bytes, depth: depth)) }
        return values
    }

    private mutating func map(_ bytes: Span<UInt8>, count: Int, depth: Int) throws(BoltWireError) -> BoltMap {
        try nest(depth)
        try spend(2 * count)
        var entries: [BoltMap.Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let key = try string(bytes)
            entries.append(BoltMap.Entry(key, try value(bytes, depth: depth)))
        }
        return BoltMap(entries)
    }

    /// The number behind its marker.
    private mutating func integer(_ bytes: Span<UInt8>, _ marker: UInt8) throws(BoltWireError) -> Int {
        switch marker {
        case Marker.int8: Int(Int8(bitPattern: try uint8(bytes)))
        case Marker.int16: Int(Int16(bitPattern: bytes.uint16(at: try take(2))))
        case Marker.int32: Int(Int32(bitPattern: bytes.uint32(at: try take(4))))
        default: Int(bitPattern: UInt(try uint64(bytes)))
        }
    }

    /// A size of 8, 16 or 32 bits, by the lowest two bits of the marker.
    private mutating func size(_ bytes: Span<UInt8>, _ width: UInt8) throws(BoltWireError) -> Int {
        switch width {
        case 0: Int(try uint8(bytes))
        case 1: Int(bytes.uint16(at: try take(2)))
        default: Int(bytes.uint32(at: try take(4)))
        }
    }

    private mutating func text(_ bytes: Span<UInt8>, _ count: Int) throws(BoltWireError) -> String {
        let start = try take(count)
        guard let valid = try? UTF8Span(validating: bytes.extracting(start..<start + count)) else {
            throw .malformed("a string that is not UTF-8")
        }
        return String(copying: valid)
    }

    private mutating func copy(_ bytes: Span<UInt8>, _ count: Int) throws(BoltWireError) -> [UInt8] {
        bytes.copy(from: try take(count), count)
    }

    mutating func uint8(_ bytes: Span<UInt8>) throws(BoltWireError) -> UInt8 {
        bytes[try take(1)]
    }

    private mutating func uint64(_ bytes: Span<UInt8>) throws(BoltWireError) -> UInt64 {
        bytes.uint64(at: try take(8))
    }

    private mutating func take(_ count: Int) throws(BoltWireError) -> Int {
        guard let start = cursor.take(count) else {
            throw .malformed("a value of \(count) bytes where \(cursor.remaining) are left")
        }
        return start
    }
}

extension BoltWireError {
    static func malformed(_ message: String) -> BoltWireError { BoltWireError(.malformed, message) }
}

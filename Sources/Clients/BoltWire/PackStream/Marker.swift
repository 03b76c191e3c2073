/// The first bytes of values (PackStream, "Data types"). Small numbers and sizes are part of the marker: 00 to 7F and F0 to
/// FF are numbers, 80, 90, A0 and B0 have a size in their lower four bits.
@usableFromInline
enum Marker {
    @inlinable static var tinyString: UInt8 { 0x80 }
    @inlinable static var tinyList: UInt8 { 0x90 }
    @inlinable static var tinyMap: UInt8 { 0xA0 }
    @inlinable static var structure: UInt8 { 0xB0 }
    @inlinable static var null: UInt8 { 0xC0 }
    @inlinable static var float64: UInt8 { 0xC1 }
    @inlinable static var no: UInt8 { 0xC2 }
    @inlinable static var yes: UInt8 { 0xC3 }
    /// Only as the type of a vector's elements.
    static var float32: UInt8 { 0xC6 }
    @inlinable static var int8: UInt8 { 0xC8 }
    @inlinable static var int16: UInt8 { 0xC9 }
    @inlinable static var int32: UInt8 { 0xCA }
    @inlinable static var int64: UInt8 { 0xCB }
    /// With sizes of 8, 16 and 32 bits, as the markers of the following three kinds.
    @inlinable static var bytes8: UInt8 { 0xCC }
    @inlinable static var string8: UInt8 { 0xD0 }
    @inlinable static var list8: UInt8 { 0xD4 }
    @inlinable static var map8: UInt8 { 0xD8 }
    @inlinable static var uuid: UInt8 { 0xE0 }
}

/// The tags of structures that are values.
enum StructureTag {
    static let node: UInt8 = 0x4E
    static let relationship: UInt8 = 0x52
    static let unboundRelationship: UInt8 = 0x72
    static let path: UInt8 = 0x50
    static let date: UInt8 = 0x44
    static let time: UInt8 = 0x54
    static let localTime: UInt8 = 0x74
    static let dateTime: UInt8 = 0x49
    static let zonedDateTime: UInt8 = 0x69
    static let oldDateTime: UInt8 = 0x46
    static let oldZonedDateTime: UInt8 = 0x66
    static let localDateTime: UInt8 = 0x64
    static let duration: UInt8 = 0x45
    static let point2D: UInt8 = 0x58
    static let point3D: UInt8 = 0x59
    static let vector: UInt8 = 0x56
    static let unsupported: UInt8 = 0x3F

    static let all: Set<UInt8> = [
        node, relationship, unboundRelationship, path, date, time, localTime, dateTime, zonedDateTime, oldDateTime,
        oldZonedDateTime, localDateTime, duration, point2D, point3D, vector, unsupported,
    ]
}

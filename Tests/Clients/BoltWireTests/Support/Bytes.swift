import BoltWire
import TestSupport
import Testing

// Bytes written after the specification, without the encoder under test.

/// Bytes of hexadecimal digits; spaces and line ends are for the reader.
func hex(_ digits: String) -> [UInt8] {
    let nibbles = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: nibbles.count - 1, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
}

/// A message of one chunk.
func message(_ digits: String) -> [UInt8] {
    message(hex(digits))
}

func message(_ content: [UInt8]) -> [UInt8] {
    [UInt8(content.count >> 8), UInt8(content.count & 255)] + content + [0, 0]
}

let latest = PackStreamDialect(BoltVersion(6, 1))

/// The one value that bytes hold.
func value(
    _ bytes: [UInt8], _ dialect: PackStreamDialect = latest, _ limits: DecodingLimits = DecodingLimits()
) throws(BoltWireError) -> BoltValue {
    var reader = PackStreamReader(from: 0, to: bytes.count, dialect: dialect, limits: limits)
    let value = try reader.value(bytes.span)
    guard reader.isAtEnd else { throw BoltWireError(.malformed, "bytes are left") }
    return value
}

func value(_ digits: String, _ dialect: PackStreamDialect = latest) throws(BoltWireError) -> BoltValue {
    try value(hex(digits), dialect)
}

/// The bytes of a value, as a server or a client writes it.
func packed(
    _ value: BoltValue, _ version: BoltVersion = BoltVersion(6, 1), isPatched: Bool = false
) throws(BoltWireError) -> [UInt8] {
    var encoder = MessageEncoder(version: version, writesResults: true)
    encoder.dialect = PackStreamDialect(version, isPatched: isPatched)
    try encoder.message(BoltStructure(0x71, [value]))
    let bytes = encoder.take()
    // Without the length, the structure's marker and tag, and the end.
    return Array(bytes[4..<bytes.count - 2])
}

/// The code of the error that is thrown, if one is.
func code(_ body: () throws -> Void) -> BoltWireError.Code? {
    do {
        try body()
    } catch let error as BoltWireError {
        return error.code
    } catch {
        Issue.record(error)
    }
    return nil
}

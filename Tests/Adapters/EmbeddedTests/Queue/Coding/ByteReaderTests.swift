import Testing

@testable import Embedded

@Suite("Bytes of stored envelopes") struct ByteReaderTests {
    @Test(
        "integers are read as they were written",
        arguments: [0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 32, .max, .min, .max - 1, .min + 1] as [Int64])
    func integers(_ value: Int64) throws {
        var writer = ByteWriter(reserving: 0)
        writer.append(signed: value)
        writer.append(unsigned: UInt64(bitPattern: value))
        var reader = ByteReader(writer.bytes)
        #expect(try reader.signed() == value)
        #expect(try reader.unsigned() == UInt64(bitPattern: value))
        #expect(reader.isAtEnd)
    }

    @Test("floating-point numbers keep their bit patterns")
    func doubles() throws {
        let values: [Double] = [0, -0.0, 1.5, .infinity, .nan, -.nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        var writer = ByteWriter(reserving: 0)
        for value in values { writer.append(double: value) }
        var reader = ByteReader(writer.bytes)
        for value in values { #expect(try reader.double().bitPattern == value.bitPattern) }
    }

    @Test("a number above 64 bits is refused, as is one without an end")
    func longNumbers() {
        let hostile: [[UInt8]] = [Array(repeating: 0xff, count: 9) + [0x02], Array(repeating: 0x80, count: 12), [0x80]]
        for bytes in hostile {
            var reader = ByteReader(bytes)
            #expect(throws: ByteReader.Malformed.self) { try reader.unsigned() }
        }
    }

    @Test("a length beyond the end is refused before anything is allocated")
    func lengths() {
        var writer = ByteWriter(reserving: 0)
        writer.append(unsigned: .max)
        writer.append(byte: 1)
        for read in [{ (reader: inout ByteReader) in _ = try reader.string() }, { _ = try $0.blob() }] {
            var reader = ByteReader(writer.bytes)
            #expect(throws: ByteReader.Malformed.self) { try read(&reader) }
        }
    }

    @Test("text that is not UTF-8 is refused")
    func text() {
        var reader = ByteReader([2, 0xc3, 0x28])
        #expect(throws: ByteReader.Malformed.self) { try reader.string() }
    }
}

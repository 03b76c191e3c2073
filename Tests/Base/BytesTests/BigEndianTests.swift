import Bytes
import Testing

@Suite("Big-endian numbers")
struct BigEndianTests {
    @Test("numbers of every width are appended the highest byte first, and read back")
    func roundTrip() {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt8(0x01))
        bytes.append(bigEndian: UInt16(0x0203))
        bytes.append(bigEndian: UInt32(0x0405_0607))
        bytes.append(bigEndian: UInt64(0x0809_0a0b_0c0d_0e0f))
        #expect(bytes == Array(1...15))
        bytes.append(bigEndian: Int16(-2))
        #expect(bytes.suffix(2) == [0xff, 0xfe])
        let span = bytes.span
        let (small, middle, large) = (span.uint16(at: 1), span.uint32(at: 3), span.uint64(at: 7))
        #expect(small == 0x0203)
        #expect(middle == 0x0405_0607)
        #expect(large == 0x0809_0a0b_0c0d_0e0f)
    }

    @Test("a part is copied")
    func copy() {
        let bytes: [UInt8] = [1, 2, 3, 4]
        let (part, nothing) = (bytes.span.copy(from: 1, 2), bytes.span.copy(from: 4, 0))
        #expect(part == [2, 3])
        #expect(nothing.isEmpty)
    }
}

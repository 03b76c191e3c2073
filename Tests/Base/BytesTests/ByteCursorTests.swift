import Bytes
import Testing

@Suite("Byte cursor")
struct ByteCursorTests {
    static let bytes: [UInt8] = Array(0...14)

    @Test("numbers are read the highest byte first, one behind the other")
    func numbers() {
        var cursor = ByteCursor(from: 0, to: 15)
        let bytes = Self.bytes.span
        let small = cursor.uint8(bytes)
        let middle = cursor.uint16(bytes)
        let large = cursor.uint32(bytes)
        let largest = cursor.uint64(bytes)
        #expect(small == 0)
        #expect(middle == 0x0102)
        #expect(large == 0x0304_0506)
        #expect(largest == 0x0708_090a_0b0c_0d0e)
        #expect(cursor.isAtEnd)
        #expect(cursor.remaining == 0)
    }

    @Test("a cursor does not read past its end, and stays where it is")
    func bounds() {
        let bytes = Self.bytes.span
        var cursor = ByteCursor(from: 2, to: 3)
        let tooLong: [UInt64?] = [
            cursor.uint16(bytes).map(UInt64.init), cursor.uint32(bytes).map(UInt64.init), cursor.uint64(bytes),
        ]
        #expect(tooLong == [nil, nil, nil])
        let taken = [cursor.take(2), cursor.take(.max), cursor.take(-1), cursor.take(.min)]
        #expect(taken == [nil, nil, nil, nil])
        #expect(cursor.position == 2)
        let start = cursor.take(1)
        #expect(start == 2)
        let none = [cursor.take(0), cursor.take(1)]
        #expect(none == [3, nil])
        let byte = cursor.uint8(bytes)
        #expect(byte == nil)
    }
}

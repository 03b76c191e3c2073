import Bytes
import Testing

@Suite("Decimal digits")
struct DecimalDigitsTests {
    @Test("the digits are those of the number's description")
    func numbers() {
        for value in [0, 9, 10, 99, 100, 12_345, UInt.max - 1, .max] {
            var bytes = [UInt8(ascii: "x")]
            bytes.append(digitsOf: value)
            #expect(bytes == Array("x\(value)".utf8))
        }
    }

    @Test("leading zeros fill up to the least count", arguments: [(7, 1, "7"), (7, 4, "0007"), (12_345, 2, "12345")])
    func zeros(_ value: UInt, _ count: Int, _ text: String) {
        let bytes = [UInt8](capacity: 20) { $0.append(digitsOf: value, minimumCount: count) }
        #expect(bytes == Array(text.utf8))
    }
}

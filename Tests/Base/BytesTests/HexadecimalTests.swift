import Bytes
import Testing

@Suite("Hexadecimal digits")
struct HexadecimalTests {
    @Test("every byte is a digit of either case or none")
    func values() {
        for byte in UInt8.min...UInt8.max {
            let digit = Unicode.Scalar(byte).isASCII ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
            #expect(Hexadecimal.value(of: byte).map(Int.init) == digit)
        }
    }

    @Test("digits are written in the case that is asked for, and read back as their value")
    func digits() {
        for value in UInt8(0)..<16 {
            #expect(Hexadecimal.value(of: Hexadecimal.digit(of: value)) == value)
            #expect(Hexadecimal.value(of: Hexadecimal.upperCaseDigit(of: value)) == value)
        }
        #expect((UInt8(0)..<16).map(Hexadecimal.digit) == Array("0123456789abcdef".utf8))
        #expect((UInt8(0)..<16).map(Hexadecimal.upperCaseDigit) == Array("0123456789ABCDEF".utf8))
    }

    @Test(
        "the lowest digits of a number are appended",
        arguments: [(UInt64.max, 16, "ffffffffffffffff"), (0x0123_4567, 4, "4567"), (0, 3, "000"), (0xa, 0, "")])
    func numbers(_ value: UInt64, _ count: Int, _ text: String) {
        let bytes = [UInt8](capacity: 16) { $0.append(hexadecimal: value, count: count) }
        #expect(bytes == Array(text.utf8))
    }
}

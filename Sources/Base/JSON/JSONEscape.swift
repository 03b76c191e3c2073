import Bytes

/// An escape sequence in a JSON string (RFC 8259, section 7): the character that it stands for, and how many bytes it
/// takes.
struct JSONEscape {
    var scalar: Unicode.Scalar
    var length: Int

    /// The bytes of `\uXXXX`, half of a surrogate pair.
    static let halfLength = 6

    /// Reads the sequence whose backslash is at `index`; nil for an unknown sequence, and for half a surrogate pair.
    init?(_ bytes: [UInt8], at index: Int, end: Int) {
        guard index + 1 < end else { return nil }
        length = 2
        switch bytes[index + 1] {
        case UInt8(ascii: "\""): scalar = "\""
        case UInt8(ascii: "\\"): scalar = "\\"
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{c}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"):
            guard let first = Self.codeUnit(bytes, at: index, end: end) else { return nil }
            if let whole = Unicode.Scalar(first) {
                scalar = whole
                length = 6
            } else {
                guard first < 0xdc00, let second = Self.codeUnit(bytes, at: index + 6, end: end),
                    (0xdc00...0xdfff).contains(second),
                    let pair = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second) - 0xdc00)
                else { return nil }
                scalar = pair
                length = 12
            }
        default: return nil
        }
    }

    /// Whether a sequence that stands for no character is half of a surrogate pair, which the grammar allows.
    static func isHalfOfPair(_ bytes: [UInt8], at index: Int, end: Int) -> Bool {
        codeUnit(bytes, at: index, end: end).map { (0xd800...0xdfff).contains($0) } ?? false
    }

    /// The four digits of `\uXXXX` at `index`.
    private static func codeUnit(_ bytes: [UInt8], at index: Int, end: Int) -> UInt16? {
        guard index + 6 <= end, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var result: UInt16 = 0
        for byte in bytes[(index + 2)..<(index + 6)] {
            guard let digit = Hexadecimal.value(of: byte) else { return nil }
            result = result << 4 | UInt16(digit)
        }
        return result
    }
}

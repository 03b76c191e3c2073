/// Converts between numbers and their hexadecimal digits in ASCII. Functions only, safe to use from any thread.
public enum Hexadecimal {
    /// The number that a digit stands for.
    ///
    /// - Parameter digit: An ASCII digit in upper or lower case.
    /// - Returns: 0 to 15; nil for a byte that is not a hexadecimal digit.
    @inlinable
    public static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The digit of a number, in lower case.
    ///
    /// - Parameter value: 0 to 15, which the caller ensures: a larger number gives a byte that is not a digit.
    @inlinable
    public static func digit(of value: UInt8) -> UInt8 {
        value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }

    /// The digit of a number, in upper case.
    ///
    /// - Parameter value: 0 to 15, which the caller ensures: a larger number gives a byte that is not a digit.
    @inlinable
    public static func upperCaseDigit(of value: UInt8) -> UInt8 {
        value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10)
    }

    /// The eight digits of a number, in lower case; the byte of the first digit is the highest. All are made at once:
    /// an event has about a hundred such digits.
    @inlinable
    static func digits(of value: UInt32) -> UInt64 {
        var halves = UInt64(value)
        halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff
        halves = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff
        halves = (halves | halves << 4) & 0x0f0f_0f0f_0f0f_0f0f
        // 6 more carry the numbers from 10 on into the bit that tells them.
        let letters = (halves &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return halves &+ 0x3030_3030_3030_3030 &+ letters &* UInt64(UInt8(ascii: "a") - 10 - UInt8(ascii: "0"))
    }
}

extension OutputSpan<UInt8> {
    /// Appends hexadecimal digits of a number in lower case. Traps where the span has no room for them.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - count: How many of its lowest digits are written, at most 16; zeros stand before a smaller number.
    @inlinable
    public mutating func append(hexadecimal value: UInt64, count: Int) {
        if count > 8 { append(Hexadecimal.digits(of: UInt32(truncatingIfNeeded: value >> 32)), last: count - 8) }
        append(Hexadecimal.digits(of: UInt32(truncatingIfNeeded: value)), last: min(count, 8))
    }

    /// Appends the last bytes of a word, the highest first.
    @inlinable
    mutating func append(_ word: UInt64, last count: Int) {
        var rest = word << UInt64(truncatingIfNeeded: 64 - 8 * count)
        for _ in 0..<count {
            append(UInt8(truncatingIfNeeded: rest >> 56))
            rest <<= 8
        }
    }
}

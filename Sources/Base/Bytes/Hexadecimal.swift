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
}

extension OutputSpan<UInt8> {
    /// Appends hexadecimal digits of a number in lower case. Traps where the span has no room for them.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - count: How many of its lowest digits are written, at most 16; zeros stand before a smaller number.
    @inlinable
    public mutating func append(hexadecimal value: UInt64, count: Int) {
        var position = 4 * count
        while position > 0 {
            position &-= 4
            append(
                Hexadecimal.digit(of: UInt8(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: position)) & 15))
        }
    }
}

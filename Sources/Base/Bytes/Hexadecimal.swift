/// Hexadecimal digits in ASCII.
public enum Hexadecimal {
    /// The value of a digit of either case; nil for another byte.
    @inlinable
    public static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The lower-case digit of a value below 16.
    @inlinable
    public static func digit(of value: UInt8) -> UInt8 {
        value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }

    /// The upper-case digit of a value below 16.
    @inlinable
    public static func upperCaseDigit(of value: UInt8) -> UInt8 {
        value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10)
    }
}

extension OutputSpan<UInt8> {
    /// Appends the lowest `count` hexadecimal digits of `value` in lower case. Traps where there is no room for them.
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

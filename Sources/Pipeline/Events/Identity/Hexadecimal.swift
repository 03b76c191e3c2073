/// The value of an ASCII hexadecimal digit of either case; nil for another byte.
func hexadecimalValue(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// The lower-case ASCII digit of a value below 16.
@inlinable
package func hexadecimalDigit(of value: UInt8) -> UInt8 {
    value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
}

extension OutputSpan<UInt8> {
    /// Appends the lowest `count` hexadecimal digits of `value` in lower case.
    @inlinable
    package mutating func append(hexadecimal value: UInt64, count: Int) {
        var position = 4 * count
        while position > 0 {
            position &-= 4
            append(hexadecimalDigit(of: UInt8(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: position)) & 15))
        }
    }
}

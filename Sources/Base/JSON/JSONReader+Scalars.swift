extension JSONReader {
    /// The result of reading a number as an integer.
    @frozen
    public enum IntegerReading: Sendable, Hashable {
        /// The number is this integer.
        case value(Int64)
        /// The number is below Int64's range, whether it is whole or not.
        case belowRange
        /// The number is above Int64's range, whether it is whole or not.
        case aboveRange
        /// The number is within Int64's range and has a fraction.
        case fractional
    }

    /// Decodes a string.
    ///
    /// - Parameter token: A token of kind `string` that this reader, or another over the same bytes, has passed.
    /// - Returns: The characters, with escape sequences replaced by what they stand for.
    public func string(_ token: JSONToken) -> String {
        guard token.kind == .string(hasEscapes: true) else {
            return String(decoding: bytes[token.range], as: UTF8.self)
        }
        var result = ""
        var start = token.range.lowerBound
        let end = token.range.upperBound
        while let backslash = bytes[start..<end].firstIndex(of: UInt8(ascii: "\\")),
            let escape = JSONEscape(bytes, at: backslash, end: end)
        {
            result += String(decoding: bytes[start..<backslash], as: UTF8.self)
            result.unicodeScalars.append(escape.scalar)
            start = backslash + escape.length
        }
        return result + String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Converts a number to a Double.
    ///
    /// - Parameter token: A token of kind `number` that this reader, or another over the same bytes, has passed.
    /// - Returns: The nearest Double; infinite for a number beyond Double's range.
    public func double(_ token: JSONToken) -> Double {
        // The grammar of JSON numbers is a part of that of Swift's.
        Double(String(decoding: bytes[token.range], as: UTF8.self)) ?? .nan
    }

    /// Converts a number to an integer, without rounding.
    ///
    /// A number with fraction or exponent, such as `1.0` or `1e3`, is an integer if its value is whole.
    ///
    /// - Parameter token: A token of kind `number` that this reader, or another over the same bytes, has passed.
    /// - Returns: The integer, or why the number is not one of Int64.
    public func integer(_ token: JSONToken) -> IntegerReading {
        guard token.kind == .number(isInteger: true) else {
            // A Double would change 9007199254740993.0 and 1.00000000000000001 into other numbers.
            if let whole = DecimalForm(bytes[token.range]).integer { return .value(whole) }
            let value = double(token)
            if value.magnitude < 0x1p63 { return .fractional }
            return value < 0 ? .belowRange : .aboveRange
        }
        let isNegative = bytes[token.range.lowerBound] == UInt8(ascii: "-")
        guard let value = Int64(String(decoding: bytes[token.range], as: UTF8.self)) else {
            return isNegative ? .belowRange : .aboveRange
        }
        return .value(value)
    }
}

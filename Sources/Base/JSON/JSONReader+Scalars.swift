extension JSONReader {
    /// What became of a number that was to be an integer.
    @frozen
    public enum IntegerReading: Sendable, Hashable {
        /// The integer.
        case value(Int64)
        /// The number is whole or not, and below Int64's range.
        case belowRange
        /// The number is whole or not, and above Int64's range.
        case aboveRange
        /// The number has a fraction.
        case fractional
    }

    /// The characters of a string token.
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

    /// The Double nearest to a number token; infinite beyond Double's range.
    public func double(_ token: JSONToken) -> Double {
        // The grammar of JSON numbers is a part of that of Swift's.
        Double(String(decoding: bytes[token.range], as: UTF8.self)) ?? .nan
    }

    /// The integer of a number token. One written with fraction or exponent (`1.0`, `1e3`) counts if its value is whole.
    public func integer(_ token: JSONToken) -> IntegerReading {
        guard token.kind == .number(isInteger: true) else {
            // Not by way of Double, which takes 9007199254740993.0 and 1.00000000000000001 for others.
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

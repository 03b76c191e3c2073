import Events

/// Reads the fields of a row, by the rules of ``EventDecoder`` for posted events (``FieldRules``).
enum FieldParser {
    /// The most microseconds by which an event may be later than the import.
    static let maximumLead = Int64(FieldRules.maximumLead) * 3600 * 1_000_000

    /// A whole number in 1 ... 2^63-1, also as `101.0` or with zeros in front; nil for anything else.
    static func positiveInteger(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let value = digits(text) ?? FieldRules.wholeNumber(text), value >= 1 else { return nil }
        return value
    }

    /// A number of milliseconds, of at most a year; nil for anything else.
    static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        let limit: Int64 = 366 * 86_400_000
        return (digits(text) ?? FieldRules.wholeNumber(text)).flatMap { (-limit...limit).contains($0) ? $0 : nil }
    }

    /// Digits within Int64's range; nil for anything else.
    private static func digits(_ text: ArraySlice<UInt8>) -> Int64? {
        guard !text.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard let digit = byte.digit else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int64(digit))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            value = sum
        }
        return value
    }

    /// A decimal number that is finite and not negative; nil for anything else.
    static func price(_ text: ArraySlice<UInt8>) -> Double? {
        if let value = shortDecimal(text) { return value }
        let allowed = text.allSatisfy { byte in
            byte.digit != nil || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        }
        guard allowed, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite, value >= 0 else {
            return nil
        }
        return value
    }

    /// Up to 15 digits with or without a point: such a number and its power of ten are exact as Double, so that one
    /// division rounds right.
    private static func shortDecimal(_ text: ArraySlice<UInt8>) -> Double? {
        guard text.count <= 16 else { return nil }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale: Double?
        for byte in text {
            if let digit = byte.digit {
                mantissa = mantissa * 10 + UInt64(digit)
                digits += 1
                scale = scale.map { $0 * 10 }
            } else if byte == UInt8(ascii: "."), scale == nil, digits > 0 {
                scale = 1
            } else {
                return nil
            }
        }
        guard (1...15).contains(digits), scale != 1 else { return nil }
        return Double(mantissa) / (scale ?? 1)
    }
}

import Events

/// Reads the fields of a CSV record, by the rules of ``EventDecoder`` for posted events.
enum FieldParser {
    /// The most code points of a text field.
    static let maximumTextLength = 256
    /// The most bytes of properties as canonical JSON.
    static let maximumPropertiesLength = 16 * 1024
    /// The most microseconds by which an event may be later than the import.
    static let maximumLead: Int64 = 24 * 3600 * 1_000_000

    /// A whole number in 1 ... 2^63-1; nil for anything else.
    static func positiveInteger(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let value = integer(text), value >= 1 else { return nil }
        return value
    }

    /// Digits with an optional minus sign, within Int64's range; nil for anything else.
    private static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard let digit = byte.digit else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int64(digit))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            value = sum
        }
        return isNegative ? -value : value
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

    /// A moment: a text that ``Timestamp/init(_:)`` reads, or a number of seconds since 1970, or of milliseconds or
    /// microseconds if it has at least 12 or 15 digits.
    static func time(_ text: ArraySlice<UInt8>) throws(Timestamp.ParsingError) -> Timestamp {
        guard let number = integer(text) else { return try Timestamp(utf8: text) }
        let scale: Int64 =
            switch number.magnitude {
            case ..<100_000_000_000: 1_000_000
            case ..<100_000_000_000_000: 1_000
            default: 1
            }
        let time = Timestamp(microseconds: number * scale)
        guard Timestamp.parsable.contains(time) else { return try Timestamp(utf8: text) }
        return time
    }

    /// Whether a text is free of control characters and not too long.
    static func isValid(_ text: String) -> Bool {
        (text.utf8.count <= maximumTextLength || text.unicodeScalars.count <= maximumTextLength)
            && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
}

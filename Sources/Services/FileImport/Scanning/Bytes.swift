extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// The value of a decimal digit.
    var digit: UInt8? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isBlank { slice = slice.dropFirst() }
        while let last = slice.last, last.isBlank { slice = slice.dropLast() }
        return slice
    }

    /// The beginning, fit for one line of a terminal: control characters and bytes that are not UTF-8 are replaced.
    func excerpt(maximumBytes: Int = 120) -> String {
        let text = String(decoding: prefix(maximumBytes), as: UTF8.self)
        let printable = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let category = scalar.properties.generalCategory
                    return category == .control || category == .format ? "\u{FFFD}" : scalar
                }))
        return count > maximumBytes ? printable + "…" : printable
    }
}

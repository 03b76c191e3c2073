extension JSONReader {
    /// Steps over an array of numbers, such as a vector, and converts them, without a token for each.
    ///
    /// To be called where an array of numbers is expected. Nested arrays count as no numbers.
    ///
    /// - Returns: The nearest Float of each number, infinite beyond Float's range; NaN for `null`, which writers put where
    ///   they have an infinite number.
    /// - Throws: `JSONSyntaxError` where the text breaks the grammar, or ends, or something else than a number stands.
    public mutating func floats() throws(JSONSyntaxError) -> [Float] {
        guard peek() == UInt8(ascii: "[") else { throw failure("expected an array of numbers") }
        try openArray()
        var result: [Float] = []
        while try nextElement(isFirst: result.isEmpty) {
            place = endOfPlainFloats(&result)
            let token = try value()
            switch token.kind {
            case .number: result.append(Float(string(token)) ?? .nan)
            case .null: result.append(.nan)
            default: throw JSONSyntaxError(reason: "expected a number", offset: token.range.lowerBound)
            }
        }
        return result
    }

    /// Converts the numbers that begin here, as long as they have the form that vectors are mostly written in (at most 19
    /// digits, no exponent, no white space) and a comma follows. All else needs more care, errors included.
    ///
    /// - Returns: Where the first one begins that was not converted.
    private func endOfPlainFloats(_ result: inout [Float]) -> Int {
        let text = bytes.span.extracting(..<end)
        let powers = JSONReader.powersOfTen.span
        var position = place
        while true {
            var next = position
            let isNegative = next < text.count && text[next] == UInt8(ascii: "-")
            if isNegative { next += 1 }
            let start = next
            var digits: UInt64 = 0
            var isWellFormed = true
            while next < text.count, case let digit = text[next] &- UInt8(ascii: "0"), digit < 10 {
                digits = digits &* 10 &+ UInt64(digit)
                next += 1
            }
            var count = next - start
            if count != 1 { isWellFormed = count > 1 && text[start] != UInt8(ascii: "0") }
            var decimals = 0
            if next < text.count, text[next] == UInt8(ascii: ".") {
                next += 1
                let point = next
                while next < text.count, case let digit = text[next] &- UInt8(ascii: "0"), digit < 10 {
                    digits = digits &* 10 &+ UInt64(digit)
                    next += 1
                }
                decimals = next - point
                count += decimals
                if decimals == 0 { isWellFormed = false }
            }
            // A Double holds the digits and the power exactly, so that the quotient is the nearest Double.
            guard isWellFormed, next < text.count, text[next] == UInt8(ascii: ","),
                count <= 19, digits < 1 << 53, decimals < powers.count
            else { return position }
            let value = Double(digits) / powers[decimals]
            // In the middle between two Floats, the digits that the Double has lost would decide; the numbers below Float's
            // normal ones have their middles elsewhere.
            guard value.bitPattern & 0x1fff_ffff != 0x1000_0000, value == 0 || value >= 0x1p-126 else {
                return position
            }
            result.append(Float(isNegative ? -value : value))
            position = next + 1
        }
    }

    private static let powersOfTen: [Double] = (0...22).map { count in
        (0..<count).reduce(1) { power, _ in power * 10 }
    }
}

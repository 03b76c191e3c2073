package import JSON

/// JSON values from a seeded generator, with extremes far more frequent than by chance.
package struct RandomJSON {
    package var generator: SeededGenerator

    /// Starts the sequence of values that belongs to `seed`.
    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// A value of at most `depth` levels of arrays and objects.
    package mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2:
            .integer([.min, .max, 0, -1, Int64(bitPattern: generator.next())].randomElement(using: &generator) ?? 0)
        case 3: .unsigned(UInt64.random(in: (1 << 63)...UInt64.max, using: &generator))
        case 4: .number(double())
        case 5: exactNumber()
        case 6: .string(anyText())
        case 7: .array((0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: depth - 1) })
        default: .object(members(depth: depth - 1))
        }
    }

    /// A finite number.
    package mutating func double() -> Double {
        let extremes: [Double] = [
            0, -0.0, 1, 0.1, 1e15, 1e16, 123_456_789.125, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
            .leastNormalMagnitude, 0x1p53, 0x1p63, 1e-7,
        ]
        let random = Double(bitPattern: generator.next())
        return Bool.random(using: &generator) && random.isFinite
            ? random : extremes.randomElement(using: &generator) ?? 0
    }

    private mutating func anyText() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) { text.append(scalar()) }
        return String(text)
    }

    /// A character, often one that matters to JSON.
    package mutating func scalar() -> Unicode.Scalar {
        let marked: [Unicode.Scalar] = [
            "\"", "\\", "/", "\0", "\u{1f}", "\n", "\u{7f}", "\u{2028}", "\u{fffd}", "\u{10ffff}",
        ]
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return marked.randomElement(using: &generator) ?? "a"
        case 1: return Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &generator)) ?? "\u{1f6d2}"
        case 2: return Unicode.Scalar(UInt32.random(in: 0x80...0x7ff, using: &generator)) ?? "é"
        default: return Unicode.Scalar(UInt8.random(in: 0x20...0x7e, using: &generator))
        }
    }

    /// The members of an object.
    package mutating func members(depth: Int) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &generator) { result[anyText()] = value(depth: depth) }
        return result
    }

    private mutating func exactNumber() -> JSONValue {
        let texts = [
            "123456789012345678901234567890", "-18446744073709551616", "0.1000000000000000055511151231257827",
            "3.14159265358979323846264338327950288", "1e-400", "1.7976931348623157081e308",
        ]
        return texts.randomElement(using: &generator).flatMap { JSONNumber($0) }.map { .exact($0) } ?? .null
    }
}

import Bytes

extension EventID: CustomStringConvertible {
    /// Reads the form 8-4-4-4-12 of hexadecimal digits in any case; nil for anything else, braces and `urn:` included.
    package init?(_ text: String) {
        self.init(utf8: text.utf8)
    }

    /// Reads the form 8-4-4-4-12 of hexadecimal digits in any case from ASCII bytes; nil for anything else.
    package init?(utf8 text: some Collection<UInt8>) {
        guard text.count == 36 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (position, byte) in text.enumerated() {
            switch position {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            default:
                guard let digit = Hexadecimal.value(of: byte) else { return nil }
                if position < 18 {
                    words.high = words.high << 4 | UInt64(digit)
                } else {
                    words.low = words.low << 4 | UInt64(digit)
                }
            }
        }
        self.init(high: words.high, low: words.low)
    }

    /// Reads a UUID as any program writes it: 8-4-4-4-12 or 32 hexadecimal digits in any case, also in braces or after
    /// `urn:uuid:`; nil for anything else.
    package init?(anySpelling text: some Collection<UInt8>) {
        var digits = text[...]
        if digits.first == UInt8(ascii: "{"), digits.dropFirst(digits.count - 1).first == UInt8(ascii: "}") {
            digits = digits.dropFirst().prefix(digits.count - 2)
        } else if digits.prefix(9).elementsEqual("urn:uuid:".utf8, by: Self.isLetter) {
            digits = digits.dropFirst(9)
        }
        if let id = EventID(utf8: digits) {
            self = id
            return
        }
        guard digits.count == 32 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for byte in digits {
            guard let digit = Hexadecimal.value(of: byte) else { return nil }
            words = (words.high << 4 | words.low >> 60, words.low << 4 | UInt64(digit))
        }
        self.init(high: words.high, low: words.low)
    }

    /// Whether the byte is that lower-case character, in any case.
    private static func isLetter(_ byte: UInt8, _ character: UInt8) -> Bool {
        byte == character || character >= UInt8(ascii: "a") && byte == character & ~0x20
    }

    /// The canonical form: 8-4-4-4-12 lower-case hexadecimal digits.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the canonical form as ASCII.
    func append(to text: inout [UInt8]) {
        text.append(addingCapacity: 36) { append(to: &$0) }
    }

    /// Appends the 36 characters of the canonical form as ASCII.
    package func append(to text: inout OutputSpan<UInt8>) {
        text.append(hexadecimal: high >> 32, count: 8)
        text.append(UInt8(ascii: "-"))
        text.append(hexadecimal: high >> 16, count: 4)
        text.append(UInt8(ascii: "-"))
        text.append(hexadecimal: high, count: 4)
        text.append(UInt8(ascii: "-"))
        text.append(hexadecimal: low >> 48, count: 4)
        text.append(UInt8(ascii: "-"))
        text.append(hexadecimal: low, count: 12)
    }
}

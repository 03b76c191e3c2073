import Bytes

/// Names a kind of failure, so that thousands of dead letters fall into a few groups: a hash of queue, class, and the
/// error's text without what differs from event to event.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    package let description: String

    /// The fingerprint of a failure. Numbers, ids and quoted values in `error` do not count.
    package init(queue: String, reason: String, error: String) {
        var hash = FNV1a()
        hash.add(contentsOf: queue.utf8)
        hash.add(0 as UInt8)
        hash.add(contentsOf: reason.utf8)
        hash.add(0 as UInt8)
        hash.add(contentsOf: Self.pattern(of: error).utf8)
        let digits = String(hash.value, radix: 16)
        description = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The text with a `#` for each word that holds a digit and for each quoted value.
    static func pattern(of error: String) -> String {
        var pattern: [UInt8] = []
        var word: [UInt8] = []
        var isQuoted = false
        func endWord() {
            let hasDigit = word.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            pattern += hasDigit ? [UInt8(ascii: "#")] : word
            word = []
        }
        for byte in error.utf8 {
            if byte == UInt8(ascii: "\"") {
                endWord()
                isQuoted.toggle()
                if isQuoted { pattern.append(UInt8(ascii: "#")) }
            } else if isQuoted {
                continue
            } else if Self.endsWord(byte) {
                endWord()
                pattern.append(byte)
            } else {
                word.append(byte)
            }
        }
        endWord()
        return String(decoding: pattern, as: UTF8.self)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "="), UInt8(ascii: "'"):
            true
        default: false
        }
    }
}

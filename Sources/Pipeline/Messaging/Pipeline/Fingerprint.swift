/// Names a kind of failure, so that thousands of dead letters fall into a few groups: queue, class and the error's text
/// without what differs from event to event.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    package let description: String

    /// The fingerprint of a failure. Numbers, ids and quoted values in `error` do not count.
    package init(queue: String, reason: String, error: String) {
        // FNV-1a: stable over processes and versions, which Swift's own hashing is not.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        add(queue.utf8)
        add([0])
        add(reason.utf8)
        add([0])
        add(Self.pattern(of: error).utf8)
        let digits = String(hash, radix: 16)
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

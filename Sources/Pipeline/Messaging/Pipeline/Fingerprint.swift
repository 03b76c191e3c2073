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
        Self.addPattern(of: error, to: &hash)
        let digits = String(hash.value, radix: 16)
        description = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Adds the text with a `#` for each word that holds a digit and for each quoted value. Without a copy: hundreds of
    /// thousands of letters are grouped in one look.
    private static func addPattern(of error: String, to hash: inout FNV1a) {
        let bytes = error.utf8Span.span
        var start = 0
        var isQuoted = false
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                if !isQuoted {
                    add(word: bytes.extracting(start..<index), to: &hash)
                    hash.add(UInt8(ascii: "#"))
                }
                isQuoted.toggle()
                start = index + 1
            } else if !isQuoted, endsWord(byte) {
                add(word: bytes.extracting(start..<index), to: &hash)
                hash.add(byte)
                start = index + 1
            }
        }
        if !isQuoted { add(word: bytes.extracting(start...), to: &hash) }
    }

    private static func add(word: Span<UInt8>, to hash: inout FNV1a) {
        for index in word.indices where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(word[index]) {
            return hash.add(UInt8(ascii: "#"))
        }
        for index in word.indices { hash.add(word[index]) }
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

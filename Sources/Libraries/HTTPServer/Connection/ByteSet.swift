/// A set of ASCII bytes that is looked up in without a branch a byte.
struct ByteSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The ASCII bytes in `range` but those of `excluded`.
    init(_ range: ClosedRange<UInt8>, except excluded: String) {
        for byte in range where byte < 0x80 && !excluded.utf8.contains(byte) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }

    /// The bytes of a token (RFC 9110, section 5.6.2).
    static let token = ByteSet(UInt8(ascii: "!")...UInt8(ascii: "~"), except: #""(),/:;<=>?@[\]{}"#)
}

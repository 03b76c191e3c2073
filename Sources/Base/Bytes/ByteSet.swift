/// A set of ASCII bytes that is looked up in without a branch per byte.
@frozen
public struct ByteSet: Sendable, Hashable {
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var high: UInt64 = 0

    /// The ASCII bytes in `range` but those of `excluded`.
    public init(_ range: ClosedRange<UInt8>, except excluded: String = "") {
        for byte in range where byte < 0x80 && !excluded.utf8.contains(byte) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    /// Whether `byte` is in the set.
    @inlinable
    @inline(__always)
    public func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }

    /// Whether all of `bytes` are in the set; true for no bytes.
    @inlinable
    public func containsAll(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { contains($0) }
    }

    /// The bytes of a token of HTTP (RFC 9110, section 5.6.2), which has one byte at least.
    public static let token = ByteSet(UInt8(ascii: "!")...UInt8(ascii: "~"), except: #""(),/:;<=>?@[\]{}"#)
}

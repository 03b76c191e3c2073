/// A set of ASCII bytes that is tested by a shift instead of a search.
///
/// Meant for constants that describe a grammar: two machine words hold the set. A value, safe to use from any thread.
@frozen
public struct ByteSet: Sendable, Hashable {
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var high: UInt64 = 0

    /// Makes the set of the ASCII bytes in a range, without some of them.
    ///
    /// - Parameters:
    ///   - range: The bytes from one to another. Those above 0x7f are left out.
    ///   - excluded: The characters that are not in the set although they are in the range.
    public init(_ range: ClosedRange<UInt8>, except excluded: String = "") {
        for byte in range where byte < 0x80 && !excluded.utf8.contains(byte) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    /// Whether a byte is in the set.
    ///
    /// - Parameter byte: Any byte; those above 0x7f are in no set.
    @inlinable
    @inline(__always)
    public func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }

    /// Whether every byte of a text is in the set.
    ///
    /// - Parameter bytes: The bytes of the text. The answer is true for an empty one.
    @inlinable
    public func containsAll(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { contains($0) }
    }

    /// The bytes that a token of HTTP consists of, such as a method or the name of a header field (RFC 9110, section
    /// 5.6.2). A token has at least one byte, which the caller checks.
    public static let token = ByteSet(UInt8(ascii: "!")...UInt8(ascii: "~"), except: #""(),/:;<=>?@[\]{}"#)
}

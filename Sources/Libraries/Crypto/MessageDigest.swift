import CCrypto

/// A digest: a fixed number of bytes without any indirection, compared in constant time.
///
/// Conforming types store nothing but the digest's bytes in order.
public protocol MessageDigest: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
    /// Copies the digest out of libcrypto's output.
    init(copying source: DigestBytes)
}

extension MessageDigest {
    /// The number of bytes of every digest of this type.
    public static var byteCount: Int { MemoryLayout<Self>.size }

    /// The digest's bytes in order, in a new array.
    public var bytes: [UInt8] { withUnsafeBytes(of: self) { [UInt8]($0) } }

    /// The digest in lower-case hexadecimal digits.
    public var description: String { hexadecimal }

    /// The digest in lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Whether both digests are the same; how long it takes tells nothing about them.
    public static func == (left: Self, right: Self) -> Bool {
        withUnsafeBytes(of: left) { left in
            withUnsafeBytes(of: right) { right in
                // Neither is empty, so neither address is null.
                CRYPTO_memcmp(left.baseAddress, right.baseAddress, byteCount) == 0
            }
        }
    }

    /// Feeds the digest's bytes into `hasher`.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes(of: self) { hasher.combine(bytes: $0) }
    }
}

/// The bytes that libcrypto wrote, lent to a digest while it is made; only this module makes them.
public struct DigestBytes {
    let buffer: UnsafeRawBufferPointer

    /// Copies the first bytes into `storage`, as many as it holds.
    func copy<Storage: BitwiseCopyable>(into storage: inout Storage) {
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<$0.count]))
        }
    }
}

import CCrypto

/// A digest: a fixed number of bytes without any indirection, compared in constant time.
///
/// Conforming types store nothing but the bytes of the digest, in order. A digest is a value and safe to use from any
/// thread.
public protocol MessageDigest: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
    /// Copies the digest out of what libcrypto wrote. Hash functions call it; a program has no ``DigestBytes`` to give.
    init(copying source: DigestBytes)
}

extension MessageDigest {
    /// The number of bytes of every digest of this type: 20 for SHA-1, 32 for SHA-256.
    public static var byteCount: Int { MemoryLayout<Self>.size }

    /// The bytes of the digest in order, in a new array.
    public var bytes: [UInt8] { withUnsafeBytes(of: self) { [UInt8]($0) } }

    /// The digest in lower-case hexadecimal digits, as ``hexadecimal`` gives them.
    public var description: String { hexadecimal }

    /// The digest in lower-case hexadecimal digits, two per byte.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Tells whether both digests are the same. The time that it takes tells nothing about them.
    public static func == (left: Self, right: Self) -> Bool {
        withUnsafeBytes(of: left) { left in
            withUnsafeBytes(of: right) { right in
                // Neither is empty, so neither address is null.
                CRYPTO_memcmp(left.baseAddress, right.baseAddress, byteCount) == 0
            }
        }
    }

    /// Feeds the bytes of the digest into `hasher`.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes(of: self) { hasher.combine(bytes: $0) }
    }
}

/// The bytes that libcrypto wrote, lent to a digest while that is made, on its thread. Only this module makes them.
public struct DigestBytes {
    let buffer: UnsafeRawBufferPointer

    /// Copies the first bytes into `storage`, as many as it holds.
    func copy<Storage: BitwiseCopyable>(into storage: inout Storage) {
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<$0.count]))
        }
    }
}

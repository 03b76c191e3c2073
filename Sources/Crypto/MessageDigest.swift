/// A digest: a fixed number of bytes, compared in constant time.
public protocol MessageDigest: Sendable, Hashable, CustomStringConvertible {
    /// The number of bytes of every digest of this type.
    static var byteCount: Int { get }

    /// The digest's bytes in order, in a new array.
    var bytes: [UInt8] { get }

    /// Reads the digest's words out of libcrypto's output.
    init(bigEndianBytes: DigestBytes)
}

extension MessageDigest {
    /// The digest in lower-case hexadecimal digits.
    public var description: String { hexadecimal }

    /// The digest in lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[2 * index] = digits[Int(byte >> 4)]
                buffer[2 * index + 1] = digits[Int(byte & 15)]
            }
            return 2 * Self.byteCount
        }
    }
}

/// The bytes that libcrypto wrote, lent to a digest while it is made; only this module makes them.
public struct DigestBytes {
    let buffer: UnsafeRawBufferPointer

    /// The big-endian integer at `offset`.
    func integer<Value: FixedWidthInteger>(at offset: Int) -> Value {
        Value(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension Array where Element == UInt8 {
    /// Appends `value`, most significant byte first.
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

/// SHA-1 (RFC 3174): for identifiers such as UUIDv5 only. Collisions can be made at will, so it protects nothing.
public enum SHA1: HashFunction {
    /// The implementation in libcrypto, looked up once per process.
    public static let implementation = HashImplementation(name: "SHA1")

    /// The 20 bytes of a SHA-1 digest.
    public struct Digest: MessageDigest {
        private var storage: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)

        /// Copies the digest out of what libcrypto wrote.
        public init(copying source: DigestBytes) {
            source.copy(into: &storage)
        }

        /// The digest as big-endian integers: bytes 0 to 7, 8 to 15 and 16 to 19.
        public var words: (UInt64, UInt64, UInt32) {
            (join(storage.0, storage.1), join(storage.2, storage.3), UInt32(bigEndian: storage.4))
        }

        private func join(_ high: UInt32, _ low: UInt32) -> UInt64 {
            UInt64(UInt32(bigEndian: high)) << 32 | UInt64(UInt32(bigEndian: low))
        }
    }
}

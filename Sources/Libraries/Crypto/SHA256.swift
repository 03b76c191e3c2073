/// SHA-256 (RFC 6234), for checksums and signatures. It is too fast for passwords.
public enum SHA256: HashFunction {
    /// The implementation in libcrypto, looked up once per process.
    public static let implementation = HashImplementation(name: "SHA256")

    /// The 32 bytes of a SHA-256 digest.
    public struct Digest: MessageDigest {
        private var storage: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

        /// Copies the digest out of what libcrypto wrote.
        public init(copying source: DigestBytes) {
            source.copy(into: &storage)
        }
    }
}

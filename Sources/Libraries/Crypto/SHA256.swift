/// SHA-256 (RFC 6234).
public enum SHA256: HashFunction {
    /// The handle of libcrypto's implementation, looked up once.
    public static let implementation = HashImplementation(name: "SHA256")

    /// The 32 bytes of a SHA-256 digest.
    public struct Digest: MessageDigest {
        private var storage: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

        /// Copies the digest out of libcrypto's output.
        public init(copying source: DigestBytes) {
            source.copy(into: &storage)
        }
    }
}

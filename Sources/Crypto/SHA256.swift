/// SHA-256 (RFC 6234).
public enum SHA256: HashFunction {
    public static let implementation = HashImplementation(name: "SHA256")

    /// The 32 bytes of a SHA-256 digest.
    public struct Digest: MessageDigest {
        /// The digest as four big-endian integers of eight bytes each.
        public let words: (UInt64, UInt64, UInt64, UInt64)

        public static let byteCount = 32

        public init(bigEndianBytes source: DigestBytes) {
            words = (source.integer(at: 0), source.integer(at: 8), source.integer(at: 16), source.integer(at: 24))
        }

        public var bytes: [UInt8] {
            var result: [UInt8] = []
            result.reserveCapacity(Self.byteCount)
            result.appendBigEndian(words.0)
            result.appendBigEndian(words.1)
            result.appendBigEndian(words.2)
            result.appendBigEndian(words.3)
            return result
        }

        public static func == (left: Digest, right: Digest) -> Bool {
            let firstHalf = (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
            let secondHalf = (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3)
            return firstHalf | secondHalf == 0
        }

        public func hash(into hasher: inout Hasher) {
            // Already evenly spread: the first word alone tells digests apart.
            hasher.combine(words.0)
        }
    }
}

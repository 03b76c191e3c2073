/// SHA-1 (RFC 3174): for identifiers such as UUIDv5 only. Collisions can be made at will, so it protects nothing.
public enum SHA1: HashFunction {
    public static let implementation = HashImplementation(name: "SHA1")

    /// The 20 bytes of a SHA-1 digest.
    public struct Digest: MessageDigest {
        /// The digest as big-endian integers: bytes 0 to 7, 8 to 15 and 16 to 19.
        public let words: (UInt64, UInt64, UInt32)

        public static let byteCount = 20

        public init(bigEndianBytes source: DigestBytes) {
            words = (source.integer(at: 0), source.integer(at: 8), source.integer(at: 16))
        }

        public var bytes: [UInt8] {
            var result: [UInt8] = []
            result.reserveCapacity(Self.byteCount)
            result.appendBigEndian(words.0)
            result.appendBigEndian(words.1)
            result.appendBigEndian(words.2)
            return result
        }

        public static func == (left: Digest, right: Digest) -> Bool {
            let highDifference = (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
            return highDifference | UInt64(left.words.2 ^ right.words.2) == 0
        }

        public func hash(into hasher: inout Hasher) {
            // Already evenly spread: the first word alone tells digests apart.
            hasher.combine(words.0)
        }
    }
}

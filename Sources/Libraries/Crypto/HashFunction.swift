import CCrypto

/// A cryptographic hash function with a digest of fixed size: `SHA1` or `SHA256`.
///
/// All functions are safe to call from any thread.
public protocol HashFunction {
    /// The fixed-size result; a value on the stack, so that hashing allocates no array.
    associatedtype Digest: MessageDigest

    /// The handle of libcrypto's implementation, looked up once.
    static var implementation: HashImplementation { get }
}

extension HashFunction {
    /// The digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> Digest {
        bytes.withUnsafeBufferPointer { input in
            withDigestBuffer { output in
                // `EVP_Digest` keeps no pointer and shares nothing but the digest's handle between calls.
                let status = EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, implementation.handle, nil)
                precondition(status == 1, "libcrypto cannot compute a digest")
            }
        }
    }

    /// The digest of `bytes`, copied first only if they do not lie side by side in memory.
    @inlinable
    public static func hash(_ bytes: some Sequence<UInt8>) -> Digest {
        bytes.withContiguousStorageIfAvailable { hash($0.span) } ?? hash(Array(bytes).span)
    }

    /// Lends room for the largest digest to `fill` and reads the digest out of it.
    static func withDigestBuffer(_ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> Digest {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { output in
            output.initialize(repeating: 0)
            fill(output)
            return Digest(copying: DigestBytes(buffer: UnsafeRawBufferPointer(output)))
        }
    }
}

/// A hash function as libcrypto knows it. Made once a function: since OpenSSL 3 a lookup by name costs more than hashing
/// a short message.
public struct HashImplementation: Sendable {
    // Proof of safety: the handle is immutable after the fetch, its reference count is atomic, and it is never freed.
    nonisolated(unsafe) let handle: OpaquePointer

    init(name: String) {
        guard let handle = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("libcrypto has no \(name): its configuration loads no default provider")
        }
        self.handle = handle
    }
}

import CCrypto

/// A cryptographic hash function with a digest of fixed size: ``SHA1`` or ``SHA256``.
///
/// Only types of this module can conform, as ``HashImplementation`` has no public initializer. All functions are safe
/// to call from any thread.
public protocol HashFunction {
    /// The result, whose size is fixed: a value on the stack, so that hashing allocates no array.
    associatedtype Digest: MessageDigest

    /// The implementation in libcrypto, looked up once per process.
    static var implementation: HashImplementation { get }
}

extension HashFunction {
    /// Computes the digest of `bytes`, of which there may be none.
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

    /// Computes the digest of `bytes`, of which there may be none. They are copied first only if they do not lie side
    /// by side in memory.
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

/// A hash function as libcrypto knows it, made once per function: since OpenSSL 3 a lookup by name costs more than
/// hashing a short message. It is immutable and safe to use from any thread.
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

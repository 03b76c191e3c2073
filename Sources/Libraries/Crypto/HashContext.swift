import CCrypto

/// Hashes input that comes in pieces, and one input after the other without allocating.
///
/// A context belongs to one task or actor at a time; moving it between them is safe.
public struct HashContext<Function: HashFunction>: ~Copyable, @unchecked Sendable {
    // Proof of `Sendable`: the context is reachable through this noncopyable value alone, only its mutating functions
    // touch it, and libcrypto ties a context to no thread.
    private let context: OpaquePointer

    /// Makes a context that has seen no input. The process ends if memory is short.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.context = context
        restart()
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds `bytes` to the input that came since the start or the last ``finish()``.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { input in
            precondition(EVP_DigestUpdate(context, input.baseAddress, input.count) == 1, "libcrypto cannot hash")
        }
    }

    /// Adds `bytes` to the input that came since the start or the last ``finish()``. They are copied first only if they
    /// do not lie side by side in memory.
    @inlinable
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { update($0.span) }
        if done == nil { update(Array(bytes).span) }
    }

    /// Gives the digest of the input that came since the start or the last `finish()`, and starts anew.
    public mutating func finish() -> Function.Digest {
        let digest = Function.withDigestBuffer { output in
            precondition(EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1, "libcrypto cannot hash")
        }
        restart()
        return digest
    }

    private func restart() {
        let status = EVP_DigestInit_ex2(context, Function.implementation.handle, nil)
        precondition(status == 1, "libcrypto cannot start a digest")
    }
}

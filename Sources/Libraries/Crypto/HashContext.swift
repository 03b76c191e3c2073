import CCrypto

/// A digest computed over input in pieces, and again and again without allocating.
///
/// Owned by one task or actor at a time; moving it between them is safe.
public struct HashContext<Function: HashFunction>: ~Copyable, @unchecked Sendable {
    // Proof of `Sendable`: the context is reachable through this noncopyable value alone, only its mutating functions
    // touch it, and libcrypto ties a context to no thread.
    private let context: OpaquePointer

    /// A context that has seen no input.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.context = context
        restart()
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Hashes `bytes` behind all that came since the start or the last `finish()`.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { input in
            precondition(EVP_DigestUpdate(context, input.baseAddress, input.count) == 1, "libcrypto cannot hash")
        }
    }

    /// Hashes `bytes` behind all that came since the start or the last `finish()`.
    @inlinable
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { update($0.span) }
        if done == nil { update(Array(bytes).span) }
    }

    /// The digest of all input; the context then starts anew.
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

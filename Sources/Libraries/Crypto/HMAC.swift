import CCrypto

/// Computes keyed message authentication codes (RFC 2104). All functions are safe to call from any thread.
public enum HMAC {
    // Proof of safety: the handle is immutable after the fetch, its reference count is atomic, and it is never freed.
    nonisolated(unsafe) private static let implementation: OpaquePointer = {
        guard let handle = EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("libcrypto has no HMAC: its configuration loads no default provider")
        }
        return handle
    }()

    /// Computes the HMAC-SHA-256 of `message` under `key`.
    ///
    /// Compare codes by `==` of the digests or by ``constantTimeEquals(_:_:)-(Span<UInt8>,_)``, never byte by byte.
    ///
    /// - Parameters:
    ///   - key: The shared secret, of any length. 32 random bytes are enough; an empty key authenticates nothing.
    ///   - message: The message, of any length.
    /// - Returns: The code of 32 bytes.
    public static func sha256(key: Span<UInt8>, message: Span<UInt8>) -> SHA256.Digest {
        guard let context = EVP_MAC_CTX_new(implementation) else { preconditionFailure("out of memory") }
        defer { EVP_MAC_CTX_free(context) }
        start(context, key: key)
        message.withUnsafeBufferPointer { input in
            precondition(EVP_MAC_update(context, input.baseAddress, input.count) == 1, "libcrypto cannot run HMAC")
        }
        return SHA256.withDigestBuffer { output in
            var count = 0
            let status = EVP_MAC_final(context, output.baseAddress, &count, output.count)
            precondition(status == 1, "libcrypto cannot run HMAC")
        }
    }

    /// Computes the HMAC-SHA-256 of `message` under `key`.
    ///
    /// Compare codes by `==` of the digests or by ``constantTimeEquals(_:_:)-([UInt8],_)``, never byte by byte.
    ///
    /// - Parameters:
    ///   - key: The shared secret, of any length. 32 random bytes are enough; an empty key authenticates nothing.
    ///   - message: The message, of any length.
    /// - Returns: The code of 32 bytes.
    public static func sha256(key: [UInt8], message: [UInt8]) -> SHA256.Digest {
        sha256(key: key.span, message: message.span)
    }

    private static func start(_ context: OpaquePointer, key: Span<UInt8>) {
        var digestName = Array("SHA256".utf8CString)
        let status = digestName.withUnsafeMutableBufferPointer { name in
            let parameters = [
                OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end(),
            ]
            return key.withUnsafeBufferPointer { key in
                // A null key means "the key that was set before" and fails; an empty key has to be given an address.
                withUnsafePointer(to: UInt8(0)) { empty in
                    EVP_MAC_init(context, key.baseAddress ?? empty, key.count, parameters)
                }
            }
        }
        precondition(status == 1, "libcrypto cannot start HMAC-SHA-256")
    }
}

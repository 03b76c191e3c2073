import CCrypto

/// How a message was signed, by its name in JSON Web Signatures (RFC 7518, section 3.1).
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256; the signature has as many bytes as the key.
    case rs256 = "RS256"
    /// ECDSA on the curve P-256 with SHA-256; the signature is r and s, big-endian, of 32 bytes each.
    case es256 = "ES256"
}

/// Why a text is not a public key that signatures can be checked with. The text has to be changed; trying again does
/// not help.
public enum PublicKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text holds no PEM block `PUBLIC KEY`, or one that cannot be read.
    case unreadable
    /// The key is neither RSA of 2,048 bits or more nor EC on the curve P-256.
    case unsuitable

    /// What is wrong, in one line and without a full stop, for an error message.
    public var description: String {
        switch self {
        case .unreadable: "the public key is not a readable PEM block 'PUBLIC KEY'"
        case .unsuitable: "the public key is neither RSA of 2048 bits or more nor EC on the curve P-256"
        }
    }
}

/// A public key that signatures are checked with. Read it once and use it often: reading costs more than a check. It is
/// immutable and safe to use from any thread, from several at once.
public struct PublicKey: Sendable {
    /// The one algorithm that the key is for. What a token says about its own algorithm must agree with it.
    public let algorithm: SignatureAlgorithm

    private let handle: Handle

    /// The largest text that is looked at; keys take a few hundred bytes.
    private static let maximumByteCount = 1 << 16

    /// Reads the key from a PEM block `PUBLIC KEY` (SubjectPublicKeyInfo, RFC 7468, section 13).
    ///
    /// - Parameter pem: The text, of which the first 64 KiB are looked at.
    /// - Throws: `.unreadable` if there is no such block or it is damaged; `.unsuitable` if the key is neither RSA of
    ///   2,048 bits or more nor EC on the curve P-256.
    public init(pem: String) throws(PublicKeyError) {
        // What a failed call leaves in the thread's error queue would be taken by others for an error of theirs.
        defer { ERR_clear_error() }
        guard let handle = Handle(pem: Array(pem.utf8.prefix(Self.maximumByteCount))) else { throw .unreadable }
        guard let algorithm = handle.algorithm else { throw .unsuitable }
        self.handle = handle
        self.algorithm = algorithm
    }

    /// Tells whether `signature` was made over `message` with the private key that belongs to this one.
    ///
    /// - Parameters:
    ///   - signature: The signature in the form that ``algorithm`` has in JSON Web Signatures. Any bytes may be given:
    ///     a malformed signature is not valid.
    ///   - message: The bytes that were signed; for a token, the text of header and payload with the dot between them.
    public func verifies(signature: [UInt8], of message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        switch algorithm {
        case .rs256: return handle.verify(signature, of: message)
        case .es256: return ECDSASignature(joined: signature).map { handle.verify($0.der, of: message) } ?? false
        }
    }
}

extension PublicKey {
    /// Proof of `Sendable`: the key is never changed after it was read, libcrypto's own caches in it are locked, and
    /// its reference count is atomic.
    private final class Handle: @unchecked Sendable {
        private let key: OpaquePointer

        init?(pem: [UInt8]) {
            let key = pem.withUnsafeBytes { bytes -> OpaquePointer? in
                guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
                defer { BIO_free(source) }
                return CCrypto_read_public_key(source)
            }
            guard let key else { return nil }
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }

        /// What the key is good for, if anything here.
        var algorithm: SignatureAlgorithm? {
            if EVP_PKEY_is_a(key, "RSA") == 1 { return EVP_PKEY_get_bits(key) >= 2048 ? .rs256 : nil }
            guard EVP_PKEY_is_a(key, "EC") == 1 else { return nil }
            var name = [CChar](repeating: 0, count: 64)
            let status = EVP_PKEY_get_group_name(key, &name, name.count, nil)
            return status == 1 && strcmp(name, SN_X9_62_prime256v1) == 0 ? .es256 : nil
        }

        /// The check itself, for signatures in libcrypto's own form.
        func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
            defer { EVP_MD_CTX_free(context) }
            return EVP_DigestVerifyInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1
                && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        }
    }
}

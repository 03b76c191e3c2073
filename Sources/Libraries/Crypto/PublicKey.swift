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
    /// The text holds no PEM block `PUBLIC KEY`, or one that cannot be read; or the numbers are no key, such as a point
    /// that is not on the curve.
    case unreadable
    /// The key is neither RSA of 2,048 to 16,384 bits with an odd exponent above 1 nor EC on the curve P-256.
    case unsuitable

    /// What is wrong, in one line and without a full stop, for an error message.
    public var description: String {
        switch self {
        case .unreadable: "the public key is no readable PEM block 'PUBLIC KEY', or its numbers are no key"
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

    /// Makes an RSA key of its two numbers, as `n` and `e` of a JSON Web Key (RFC 7518, section 6.3.1).
    ///
    /// - Parameters:
    ///   - modulus: Big-endian, of 2,048 to 16,384 bits.
    ///   - exponent: Big-endian, odd and above 1: under the exponent 1 every text is its own signature.
    /// - Throws: `.unsuitable` for other numbers.
    public init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(PublicKeyError) {
        let significant = exponent.drop { $0 == 0 }
        guard modulus.count <= Self.maximumModulusByteCount, significant.count <= 8, let last = significant.last,
            last & 1 == 1, significant.count > 1 || last > 1
        else { throw .unsuitable }
        let key = DER.bitString(DER.sequence([DER.integer(modulus), DER.integer(significant)]))
        try self.init(der: DER.sequence([Self.rsaIdentifier, key]))
    }

    /// Makes an EC key on the curve P-256 of its point, as `x` and `y` of a JSON Web Key (RFC 7518, section 6.2.1).
    ///
    /// - Parameters:
    ///   - x: Big-endian, of 32 bytes.
    ///   - y: Big-endian, of 32 bytes.
    /// - Throws: `.unreadable` for other lengths, and for a point that is not on the curve.
    public init(p256X x: [UInt8], y: [UInt8]) throws(PublicKeyError) {
        guard x.count == 32, y.count == 32 else { throw .unreadable }
        try self.init(der: DER.sequence([Self.p256Identifier, DER.bitString([0x04] + x + y)]))
    }

    private init(der: [UInt8]) throws(PublicKeyError) {
        defer { ERR_clear_error() }
        guard let handle = Handle(der: der) else { throw .unreadable }
        guard let algorithm = handle.algorithm else { throw .unsuitable }
        self.handle = handle
        self.algorithm = algorithm
    }

    private static let maximumModulusByteCount = 2_048
    /// AlgorithmIdentifier of rsaEncryption (RFC 8017, appendix C).
    private static let rsaIdentifier: [UInt8] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]
    /// AlgorithmIdentifier of id-ecPublicKey with prime256v1 (RFC 5480, section 2.1.1).
    private static let p256Identifier: [UInt8] = [
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x03,
        0x01, 0x07,
    ]

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

        /// Reads SubjectPublicKeyInfo.
        init?(der: [UInt8]) {
            let key = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
                var start = bytes.baseAddress
                return d2i_PUBKEY(nil, &start, bytes.count)
            }
            guard let key else { return nil }
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }

        /// What the key is good for, if anything here.
        var algorithm: SignatureAlgorithm? {
            if EVP_PKEY_is_a(key, "RSA") == 1 { return 2_048...16_384 ~= EVP_PKEY_get_bits(key) ? .rs256 : nil }
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

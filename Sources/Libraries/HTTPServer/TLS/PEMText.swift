import CSSL

/// A text with PEM blocks (RFC 7468), from which OpenSSL reads.
struct PEMText: ~Copyable {
    /// The largest text that is looked at; chains take some thousand bytes.
    private static let maximumByteCount = 1 << 20

    /// Nil if the text is none.
    private let source: OpaquePointer?

    init(_ bytes: [UInt8]) {
        // A null byte is in no PEM file, but in one that was cut or is not text.
        guard bytes.count <= Self.maximumByteCount, !bytes.contains(0) else {
            source = nil
            return
        }
        guard let source = BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
        BIO_write(source, bytes, Int32(bytes.count))
        self.source = source
    }

    deinit { BIO_free(source) }

    /// All certificates, at least one. The caller frees them.
    func certificates() throws(TLSContextError) -> [OpaquePointer] {
        guard let source else { throw .certificateUnreadable }
        var certificates: [OpaquePointer] = []
        ERR_clear_error()
        while let certificate = CSSL_read_certificate(source) { certificates.append(certificate) }
        // At the end of the text OpenSSL misses the start of one more block; any other error is a damaged block.
        let error = ERR_peek_last_error()
        let isAtEnd = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE
        guard isAtEnd, !certificates.isEmpty else {
            certificates.forEach(X509_free)
            throw .certificateUnreadable
        }
        return certificates
    }

    /// The first private key. The caller frees it.
    func privateKey() throws(TLSContextError) -> OpaquePointer {
        guard let source else { throw .keyUnreadable }
        var passphraseWanted: Int32 = 0
        ERR_clear_error()
        if let key = CSSL_read_private_key(source, &passphraseWanted) { return key }
        throw passphraseWanted == 0 ? .keyUnreadable : .keyEncrypted
    }
}

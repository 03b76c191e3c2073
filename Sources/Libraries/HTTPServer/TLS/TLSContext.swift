import CSSL

/// A certificate with its key, and how the server speaks TLS. It is immutable and safe to use from any thread, from
/// several at once. Sessions keep what they need of it: another certificate is another context, for the sessions that
/// are made of it.
package final class TLSContext: @unchecked Sendable {
    // Proof of `Sendable`: the handle is never changed after `init`, and its reference count is atomic.
    let handle: OpaquePointer

    /// Reads a certificate and its key.
    ///
    /// - Parameters:
    ///   - certificateChain: PEM blocks of the certificate and, after it, the intermediate ones. Other blocks are skipped.
    ///   - privateKey: The PEM block of the first certificate's key, not encrypted. Other blocks are skipped.
    package init(certificateChain: [UInt8], privateKey: [UInt8]) throws(TLSContextError) {
        ERR_clear_error()
        // What a failed call leaves in the thread's error queue would be taken by others for an error of theirs.
        defer { ERR_clear_error() }
        let certificates = try PEMText(certificateChain).certificates()
        defer { certificates.forEach(X509_free) }
        let key = try PEMText(privateKey).privateKey()
        defer { EVP_PKEY_free(key) }
        // OpenSSL itself takes a key of another kind than the certificate's for one whose certificate comes later.
        guard X509_check_private_key(certificates[0], key) == 1 else { throw .keyOfAnotherCertificate }

        ERR_clear_error()
        guard let handle = SSL_CTX_new(TLS_server_method()) else { throw .unavailable(OpenSSLError().reason) }
        self.handle = handle
        guard Self.configure(handle) else { throw .unavailable(OpenSSLError().reason) }
        guard Self.use(certificates, key, in: handle) else { throw .refused(OpenSSLError().reason) }
    }

    deinit { SSL_CTX_free(handle) }

    /// Sets how TLS is spoken. Ciphers, groups and the security level are the system's.
    ///
    /// No session is resumed. OpenSSL makes the key of the tickets once per context and never another, so that whoever
    /// reads it reads all that TLS 1.2 carried since the start; its cache of sessions without tickets holds 20,480 of
    /// them. What a client saves by a ticket is the signature in a handshake, once per connection; connections are kept.
    ///
    /// Reads stop after each record, so that the session can count those without data; OpenSSL would go on by itself.
    private static func configure(_ handle: OpaquePointer) -> Bool {
        CSSL_set_server_options(handle)
        CSSL_set_modes(handle)
        CSSL_disable_session_cache(handle)
        SSL_CTX_set_alpn_select_cb(handle, { selectProtocol($1, $2, $3, $4, $5) }, nil)
        SSL_CTX_set_msg_callback(handle, { TLSMemory.sawMessage(contentType: $2, context: $6) })
        return CSSL_limit_versions(handle) == 1 && SSL_CTX_set_num_tickets(handle, 0) == 1
    }

    private static func use(
        _ certificates: [OpaquePointer], _ key: OpaquePointer, in handle: OpaquePointer
    ) -> Bool {
        SSL_CTX_use_certificate(handle, certificates[0]) == 1
            && certificates.dropFirst().allSatisfy { CSSL_add_chain_certificate(handle, $0) == 1 }
            && SSL_CTX_use_PrivateKey(handle, key) == 1
            && SSL_CTX_check_private_key(handle) == 1
    }
}

/// Chooses `http/1.1` among the protocols that a client names, each behind an octet with its length. A client that does
/// not name it is refused (RFC 7301, section 3.2); one that names nothing does not get here.
private func selectProtocol(
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ chosenCount: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?, _ offeredCount: UInt32, _: UnsafeMutableRawPointer?
) -> Int32 {
    let offered = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    var rest = offered[...]
    while let count = rest.popFirst() {
        let name = rest.prefix(Int(count))
        if name.elementsEqual("http/1.1".utf8) {
            // OpenSSL copies the name before it lets the client's message go.
            chosen?.pointee = UnsafeBufferPointer(rebasing: name).baseAddress
            chosenCount?.pointee = count
            return SSL_TLSEXT_ERR_OK
        }
        rest = rest.dropFirst(Int(count))
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

import CSSL

/// The client's end of a TLS connection, over OpenSSL's own memory BIOs. The fuzzer uses it as well.
final class TLSClient {
    struct Options {
        var lowestVersion = TLS1_2_VERSION
        var highestVersion = TLS1_3_VERSION
        /// What ALPN offers; nothing offers no ALPN.
        var protocols: [String] = []
        /// The file of the authority that the server's certificate is checked with; nil for no check.
        var authority: String?
    }

    /// What OpenSSL said when it gave up: the words differ between its versions.
    private(set) var failure: String?
    /// The number of the alert with which the server gave up.
    private(set) var alert: Int32?
    private(set) var isConnected = false

    private let handle: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    init(_ options: Options = Options()) {
        guard let context = SSL_CTX_new(TLS_client_method()), let input = BIO_new(BIO_s_mem()),
            let output = BIO_new(BIO_s_mem())
        else { preconditionFailure("out of memory") }
        defer { SSL_CTX_free(context) }
        // Versions before 1.2 are not possible above it.
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(options.lowestVersion), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(options.highestVersion), nil)
        if let authority = options.authority {
            SSL_CTX_load_verify_file(context, authority)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        guard let handle = SSL_new(context) else { preconditionFailure("out of memory") }
        let protocols = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        SSL_set_alpn_protos(handle, protocols, UInt32(protocols.count))
        SSL_set_bio(handle, input, output)
        SSL_set_connect_state(handle)
        (self.handle, self.input, self.output) = (handle, input, output)
    }

    deinit { SSL_free(handle) }

    var version: Int32 { SSL_version(handle) }

    /// The protocol that ALPN agreed on.
    var negotiated: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(handle, &name, &count)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    }

    /// Whether the server said that it sends no more.
    var isEndReceived: Bool { SSL_get_shutdown(handle) & SSL_RECEIVED_SHUTDOWN != 0 }

    var isResumed: Bool { SSL_session_reused(handle) == 1 }

    /// How many bytes the server's certificate chain has as certificates.
    var chainCount: Int { Int(OPENSSL_sk_num(SSL_get_peer_cert_chain(handle))) }

    /// Takes bytes of the server, and returns the data in them.
    func receive(_ ciphertext: some Collection<UInt8>) -> [UInt8] {
        let ciphertext = Array(ciphertext)
        BIO_write(input, ciphertext, Int32(ciphertext.count))
        connect()
        var plaintext: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while isConnected {
            ERR_clear_error()
            let count = SSL_read(handle, &piece, Int32(piece.count))
            guard count > 0 else {
                note(count)
                break
            }
            plaintext += piece[..<Int(count)]
        }
        return plaintext
    }

    /// Begins the handshake or goes on with it.
    func connect() {
        guard !isConnected, failure == nil else { return }
        ERR_clear_error()
        let status = SSL_do_handshake(handle)
        isConnected = status == 1
        note(status)
    }

    /// Encrypts data, in a record per 16 KiB.
    func send(_ plaintext: [UInt8]) {
        ERR_clear_error()
        note(SSL_write(handle, plaintext, Int32(plaintext.count)))
    }

    /// Changes the keys, and asks the server to do the same.
    func updateKeys() {
        ERR_clear_error()
        note(SSL_key_update(handle, SSL_KEY_UPDATE_REQUESTED))
        note(SSL_do_handshake(handle))
    }

    /// Begins another handshake within the session (TLS 1.2).
    func renegotiate() {
        ERR_clear_error()
        note(SSL_renegotiate(handle))
        note(SSL_do_handshake(handle))
    }

    /// Says that no more will be sent.
    func close() {
        ERR_clear_error()
        if SSL_shutdown(handle) < 0 { note(-1) }
    }

    /// What is to go to the server.
    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        BIO_read(output, &bytes, Int32(bytes.count))
        return bytes
    }

    private func note(_ status: Int32) {
        defer { ERR_clear_error() }
        guard status <= 0, failure == nil, SSL_get_error(handle, status) == SSL_ERROR_SSL else { return }
        let code = ERR_peek_error()
        failure = ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason"
        if ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET { alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET }
    }
}

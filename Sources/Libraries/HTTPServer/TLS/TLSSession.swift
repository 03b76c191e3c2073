import CSSL

/// The server's end of one TLS connection, without any I/O: bytes of the socket go in and come out, and so do those of
/// HTTP. It belongs to one event loop.
///
/// What a peer can make it hold is bounded: ``receive(_:into:)`` uses up all that it is given but a part of a record, so
/// a caller that wants no more plaintext reads no more from the socket; and the peer's messages are answered with a few
/// bytes at most each, so a caller whose socket takes no more output has to stop reading from it, too.
package final class TLSSession {
    /// How far a session is.
    package enum State: Hashable, Sendable {
        /// The handshake is under way.
        case handshaking
        /// Data goes both ways.
        case open
        /// The peer sends no more; what is sent still reaches it if it listens.
        ///
        /// `isClean`: whether it said so. Otherwise anyone on the way may have cut the connection, so that data which does
        /// not tell its own end may be incomplete.
        case peerClosed(isClean: Bool)
        /// Nothing goes any more. What is in the output should still be written.
        case failed(TLSFailure)
    }

    /// The most messages without data that come or go in a row after the handshake: updates of keys and their answers,
    /// for example, or warnings. Clients send one such message at a time and seldom.
    private static let mostMessagesWithoutData = 32
    /// How much plaintext a record holds at most, and how much longer it is than its plaintext in any case.
    private static let (recordCapacity, recordOverhead) = (16_384, 64)

    /// A record with a fatal alert, as plain as all is before keys are agreed on.
    private static let illegalParameter: [UInt8] = [21, 3, 3, 0, 2, 2, 47]

    /// How far the session is.
    package private(set) var state: State = .handshaking
    /// Whether ``close()`` was called.
    package private(set) var isOutputClosed = false

    private let handle: OpaquePointer
    private let memory = TLSMemory()
    /// Nil once it has decided.
    private var detector: PlainHTTPDetector? = PlainHTTPDetector()
    /// Nil once the beginning is over.
    private var helloLimit: ClientHelloLimit? = ClientHelloLimit()

    /// Makes a session that waits for a client's first bytes.
    package init(_ context: TLSContext) {
        guard let handle = SSL_new(context.handle) else { preconditionFailure("out of memory") }
        self.handle = handle
        let bio = memory.makeBIO()
        SSL_set_bio(handle, bio, bio)
        CSSL_set_message_context(handle, Unmanaged.passUnretained(memory).toOpaque())
        SSL_set_accept_state(handle)
    }

    deinit { SSL_free(handle) }

    // MARK: From the peer

    /// Takes bytes that came from the socket, all of them, and appends what they carry to `plaintext`: at most 16 KiB more
    /// than they are themselves, since the part of a record that came before may add to it. Once the state is
    /// `peerClosed` or `failed`, bytes are ignored. See to the output afterwards.
    package func receive(_ ciphertext: Span<UInt8>, into plaintext: inout [UInt8]) {
        guard state == .handshaking || state == .open else { return }
        switch detector?.look(at: ciphertext) {
        case .undecided: return
        case .isPlainHTTP: state = .failed(.plainHTTP)
        case .isOther(let held):
            detector = nil
            read(held.span, into: &plaintext)
            read(ciphertext, into: &plaintext)
        case nil: read(ciphertext, into: &plaintext)
        }
    }

    /// Takes the end of the socket's input.
    package func receiveEnd() {
        switch state {
        case .handshaking: state = .failed(.endedInHandshake)
        case .open: state = .peerClosed(isClean: false)
        case .peerClosed, .failed: break
        }
    }

    private func read(_ ciphertext: Span<UInt8>, into plaintext: inout [UInt8]) {
        guard state == .handshaking || state == .open else { return }
        guard helloLimit?.allows(ciphertext) ?? true else {
            state = .failed(.handshake("the ClientHello is too large"))
            memory.output += Self.illegalParameter
            return
        }
        if helloLimit?.isOver ?? false { helloLimit = nil }
        ciphertext.withUnsafeBytes { bytes in
            memory.input = bytes
            advance(into: &plaintext)
            memory.input = UnsafeRawBufferPointer(start: nil, count: 0)
        }
    }

    /// Goes on until OpenSSL wants more than there is.
    private func advance(into plaintext: inout [UInt8]) {
        while state == .handshaking || state == .open {
            // OpenSSL takes an old error in the thread's queue for one of the call.
            ERR_clear_error()
            let isOpen = state == .open
            if isOpen, memory.input.isEmpty, SSL_pending(handle) == 0 { return }
            let status = isOpen ? readRecord(into: &plaintext) : SSL_do_handshake(handle)
            if status == 1 {
                state = .open
                memory.messagesWithoutData = 0
                continue
            }
            switch SSL_get_error(handle, status) {
            case SSL_ERROR_WANT_READ where isOpen && memory.messagesWithoutData > Self.mostMessagesWithoutData:
                state = .failed(.flood)
            case SSL_ERROR_WANT_READ:
                if memory.input.isEmpty { return }
            case SSL_ERROR_ZERO_RETURN:
                state = .peerClosed(isClean: true)
            default: fail()
            }
        }
    }

    /// Appends what one record carries, or the rest of it. There is one record at most that began in earlier input.
    private func readRecord(into plaintext: inout [UInt8]) -> Int32 {
        var status: Int32 = 0
        let capacity = min(max(memory.input.count, Int(SSL_pending(handle)), 256), Self.recordCapacity)
        plaintext.append(addingCapacity: capacity) { target in
            target.withUnsafeMutableBufferPointer { buffer, count in
                let free = UnsafeMutableBufferPointer(rebasing: buffer[count...])
                var read = 0
                status = SSL_read_ex(handle, free.baseAddress, free.count, &read)
                if status == 1 { count += read }
            }
        }
        return status
    }

    // MARK: To the peer

    /// How many bytes wait to be taken.
    package var outputCount: Int { memory.output.count }

    /// Encrypts `plaintext` into the output, in one record per 16 KiB begun: small pieces are better joined before. There
    /// is no bound: the caller sends more when the socket has taken what there is.
    ///
    /// - Returns: Whether it was; not so unless the state is `open` or `peerClosed`, and not after ``close()``.
    @discardableResult
    package func send(_ plaintext: Span<UInt8>) -> Bool {
        guard canSend else { return false }
        if plaintext.isEmpty { return true }
        let records = plaintext.count / Self.recordCapacity + 1
        if records > 1 {
            memory.output.reserveCapacity(outputCount + plaintext.count + records * Self.recordOverhead)
        }
        var written = 0
        ERR_clear_error()
        let status = plaintext.withUnsafeBytes { SSL_write_ex(handle, $0.baseAddress, $0.count, &written) }
        if status != 1 { fail() }
        return status == 1
    }

    /// Says to the peer that nothing more will be sent. What it sends is still received.
    package func close() {
        if canSend {
            ERR_clear_error()
            if SSL_shutdown(handle) < 0 { fail() }
        }
        isOutputClosed = true
    }

    /// Moves the bytes for the socket to the end of `bytes`; the session keeps no memory for them.
    package func takeOutput(into bytes: inout [UInt8]) {
        if bytes.isEmpty {
            bytes = memory.output
        } else {
            bytes += memory.output
        }
        memory.output = []
    }

    private var canSend: Bool {
        switch state {
        case .open, .peerClosed: !isOutputClosed
        case .handshaking, .failed: false
        }
    }

    private func fail() {
        let error = OpenSSLError()
        if let alert = error.alertFromPeer {
            state = .failed(.alertFromPeer(alert))
        } else if state == .handshaking {
            state = .failed(.handshake(error.reason))
        } else {
            state = .failed(.record(error.reason))
        }
    }
}

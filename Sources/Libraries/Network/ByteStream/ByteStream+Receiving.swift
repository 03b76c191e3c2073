import CCurl
import EventLoops

extension ByteStream {
    /// What has arrived.
    public enum Input: Sendable {
        /// At least one byte.
        case bytes([UInt8])
        /// The peer has ended its side.
        ///
        /// An end is an end also over TLS where the peer, or somebody between, did not announce it there: not every
        /// version of OpenSSL tells the two apart. Whether the peer had said all, the protocol above has to know.
        case end
        /// The connection broke: `.disconnected`, or `.tls`.
        case failure(NetworkError)
    }

    /// Has `handler` called on the loop with all that arrives, until an end or a failure, which comes last;
    /// ``stopInput()``; or ``close()``. After these nothing comes. The first call comes after this method has returned.
    ///
    /// Takes the place of a handler that was given before. After the end, or a failure, a new handler is told of it again.
    /// The stream keeps `handler`, which therefore should not keep the stream. Not to be mixed with ``receive(upTo:)``.
    /// - Parameters:
    ///   - count: the most bytes per call; 1 at least and 256 KiB at most are used.
    ///   - handler: gets each piece, and the end.
    public func deliverInput(upTo count: Int = .max, to handler: @escaping @Sendable (Input) -> Void) {
        guard handle != nil else { return }
        inputLimit = min(max(1, count), Self.scratchCapacity)
        inputHandler = handler
        // TLS may have read more already than the handshake.
        continueInput()
    }

    /// Reads nothing for `delay`, so that what a peer sends in many small pieces comes in few: each piece that is waited
    /// for wakes this side, at the expense of both. Does nothing without ``deliverInput(upTo:to:)``.
    /// - Parameter delay: the least time; the loop is up to a millisecond late.
    public func pauseInput(for delay: Duration) {
        guard inputHandler != nil, handle != nil else { return }
        ignoreInput()
        executor.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.becameReadable() } }
    }

    /// Reads nothing more, and lets go of the handler, until ``deliverInput(upTo:to:)`` is called again. What arrives
    /// stays with the operating system, which in time holds up the peer. Not to be mixed with ``receive(upTo:)``.
    public func stopInput() {
        ignoreInput()
        inputHandler = nil
    }

    private func continueInput() {
        executor.schedule { [weak self] in self?.assumeIsolated { $0.becameReadable() } }
    }

    /// Reads, where the watch can stay armed: with the bytes still in the socket it would come again at once.
    func becameReadable() {
        guard let inputHandler, let handle else { return ignoreInput() }
        watchInput()
        // A part of a TLS record is nothing yet.
        guard let input = read(handle) else { return }
        if case .bytes(let bytes) = input {
            // What remains of a TLS record inside the library does not wake a poll.
            if isTLS, bytes.count == inputLimit { continueInput() }
        } else {
            stopInput()
        }
        inputHandler(input)
    }

    /// Nil if nothing is there yet.
    private func read(_ handle: EasyHandle) -> Input? {
        if let inputEnd { return inputEnd }
        var filled = 0
        // Until nothing is left: what remains of a TLS record inside the library does not wake a poll.
        while filled < inputLimit {
            let wanted = inputLimit - filled
            var count = 0
            let code = curl_easy_recv(handle.pointer, scratch.start + filled, wanted, &count)
            if code == CURLE_AGAIN { break }
            if code != CURLE_OK || count == 0 {
                let isEnd = code == CURLE_OK || isTLS && handle.isUnannouncedEnd(code)
                let end = isEnd ? Input.end : .failure(failure(code, handle, "receiving from"))
                inputEnd = end
                if filled == 0 { return end }
                break
            }
            filled += count
            hasReceived = true
            // Without TLS, less than wanted is all there is: no call to hear that.
            if !isTLS, count < wanted { break }
        }
        return filled == 0 ? nil : .bytes(scratch.bytes(..<filled))
    }

    func failure(_ code: CURLcode, _ handle: EasyHandle, _ action: String) -> NetworkError {
        NetworkError(code, text: handle.text(of: code), action: action, peer: peer, isFreshTLS: isTLS && !hasReceived)
    }
}

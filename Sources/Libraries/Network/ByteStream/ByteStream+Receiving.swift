import CCurl

extension ByteStream {
    /// What reading found.
    enum ReadOutcome {
        case bytes([UInt8])
        /// Nothing is there yet.
        case nothing
        case end
        case failure(NetworkError)
    }

    /// What has arrived, at least one byte; waits for it. Nil when the peer has ended its side.
    ///
    /// An end is an end also over TLS where the peer, or somebody between, did not announce it there: libcurl does not
    /// tell the two apart. Whether the peer had said all, the protocol above has to know.
    ///
    /// One caller at a time. Cancelling the task, or ``close()``, ends the wait with `.closed`; after a cancellation the
    /// stream is closed, since it may have lost its place.
    /// - Parameter count: the most bytes that are returned, more than 0; everything that is there is returned up to it
    ///   and to 256 KiB.
    /// - Throws: `.disconnected` when the connection broke; `.tls`; `.closed`; `.failed` for a second caller.
    public func receive(upTo count: Int) async throws(NetworkError) -> [UInt8]? {
        guard !isReceiving else { throw NetworkError(.failed, "two tasks receive from \(peer) at once") }
        guard count > 0 else { throw NetworkError(.failed, "a receive of \(count) bytes from \(peer)") }
        isReceiving = true
        defer { isReceiving = false }
        if receivesInTurn >= Self.callsInTurn {
            receivesInTurn = 0
            await giveTurn()
        }
        receivesInTurn += 1
        if Task.isCancelled { close() }
        guard let handle else { throw .closed(peer) }
        var outcome = read(handle, upTo: count)
        if case .nothing = outcome { outcome = try await waitForInput(upTo: count) }
        switch outcome {
        case .bytes(let bytes): return bytes
        case .end: return nil
        case .failure(let error): throw error
        case .nothing: throw NetworkError(.failed, "waiting for \(peer) brought nothing")
        }
    }

    func read(_ handle: EasyHandle, upTo count: Int) -> ReadOutcome {
        if let readEnd { return readEnd }
        let capacity = min(count, Self.scratchCapacity)
        var filled = 0
        // Until nothing is left: what remains of a TLS record inside the library does not wake a poll.
        while filled < capacity {
            let wanted = capacity - filled
            var count = 0
            let code = curl_easy_recv(handle.pointer, scratch.start + filled, wanted, &count)
            if code == CURLE_AGAIN { break }
            if code != CURLE_OK || count == 0 {
                let end = code == CURLE_OK ? ReadOutcome.end : .failure(failure(code, handle, "receiving from"))
                readEnd = end
                if filled == 0 { return end }
                break
            }
            filled += count
            hasReceived = true
            // Without TLS, less than wanted is all there is: no call to hear that.
            if !isTLS, count < wanted { break }
        }
        return filled == 0 ? .nothing : .bytes(scratch.bytes(..<filled))
    }

    func failure(_ code: CURLcode, _ handle: EasyHandle, _ action: String) -> NetworkError {
        NetworkError(code, text: handle.text(of: code), action: action, peer: peer, isFreshTLS: isTLS && !hasReceived)
    }
}

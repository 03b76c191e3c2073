import CCurl

extension ByteStream {
    /// What waits to be taken by TLS: OpenSSL wants a write that it could not finish to be offered again from the same
    /// address, which an array does not have between two calls.
    struct Staging {
        static let capacity = 64 << 10
        var buffer: Buffer?
        var range = 0..<0
    }

    /// Sends all bytes; returns when the operating system (or TLS) has taken them.
    ///
    /// One caller at a time. Cancelling the task, or ``close()``, ends the wait with `.closed`; after a cancellation the
    /// stream is closed, since a part may have been sent.
    /// - Throws: `.disconnected`, `.tls`, `.closed`; `.failed` for a second caller.
    public func send(_ bytes: [UInt8]) async throws(NetworkError) {
        guard !isSending, !isSendingWithoutTask else {
            throw NetworkError(.failed, "two tasks send to \(peer) at once")
        }
        isSending = true
        defer { isSending = false }
        if sendsInTurn >= Self.callsInTurn {
            sendsInTurn = 0
            await giveTurn()
        }
        sendsInTurn += 1
        // What is staged has been counted already.
        var offset = 0
        while offset < bytes.count || !staged.range.isEmpty {
            if Task.isCancelled { close() }
            guard let handle else { throw .closed(peer) }
            if try !transmit(bytes, &offset, handle) { try await waitUntilWritable() }
        }
    }

    /// Sends some of the bytes from `offset` on, or of what is staged.
    /// - Returns: false if the socket takes nothing now.
    func transmit(_ bytes: [UInt8], _ offset: inout Int, _ handle: EasyHandle) throws(NetworkError) -> Bool {
        isTLS ? try stage(bytes, &offset, handle) : try write(bytes, &offset, handle)
    }

    private func write(_ bytes: [UInt8], _ offset: inout Int, _ handle: EasyHandle) throws(NetworkError) -> Bool {
        let start = offset
        var count = 0
        let code = bytes.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            return curl_easy_send(handle.pointer, rest.baseAddress, rest.count, &count)
        }
        offset += count
        return try isTaken(code, handle)
    }

    private func stage(_ bytes: [UInt8], _ offset: inout Int, _ handle: EasyHandle) throws(NetworkError) -> Bool {
        let buffer = staged.buffer ?? Buffer(capacity: Staging.capacity)
        staged.buffer = buffer
        if staged.range.isEmpty {
            let count = min(bytes.count - offset, Staging.capacity)
            buffer.replace(with: bytes[offset..<offset + count])
            offset += count
            staged.range = 0..<count
        }
        var count = 0
        let start = buffer.start + staged.range.lowerBound
        let code = curl_easy_send(handle.pointer, start, staged.range.count, &count)
        staged.range = (staged.range.lowerBound + count)..<staged.range.upperBound
        return try isTaken(code, handle)
    }

    private func isTaken(_ code: CURLcode, _ handle: EasyHandle) throws(NetworkError) -> Bool {
        switch code {
        case CURLE_OK: return true
        case CURLE_AGAIN: return false
        default: throw failure(code, handle, "sending to")
        }
    }
}

import CCurl

extension ByteStream {
    /// What waits to be taken by TLS: OpenSSL wants a write that it could not finish to be offered again from the same
    /// address, which an array does not have between two calls.
    struct Staging {
        static let capacity = 64 << 10
        var buffer: Buffer?
        var range = 0..<0
    }

    /// What is being sent.
    struct Outgoing {
        let bytes: [UInt8]
        var offset = 0
        let completion: @Sendable (NetworkError?) -> Void
    }

    /// How many bytes of the send that is under way are left; 0 while none is. A send that gets on has fewer after a while.
    public var unsentBytes: Int {
        outgoing.map { $0.bytes.count - $0.offset + staged.range.count } ?? 0
    }

    /// Sends all bytes; calls `completion` on the loop when the operating system (or TLS) has taken them, before it
    /// returns if that is at once, or with the reason why not.
    ///
    /// One caller at a time: the next send may begin in `completion`. Whether the peer has got the bytes, the protocol
    /// above has to know.
    /// - Parameters:
    ///   - bytes: what to send; kept until the end, so the caller bounds what waits.
    ///   - completion: gets nil, or an error with `.disconnected`, `.tls`, `.closed`; `.failed` if another send is under
    ///     way. Then a part may have been sent, but for `.failed`.
    public func send(_ bytes: [UInt8], completion: @escaping @Sendable (NetworkError?) -> Void) {
        guard outgoing == nil else {
            return completion(NetworkError(.failed, "two callers send to \(peer) at once"))
        }
        outgoing = Outgoing(bytes: bytes, completion: completion)
        becameWritable()
    }

    func becameWritable() {
        guard var sending = outgoing else { return }
        var failure: NetworkError?
        do throws(NetworkError) {
            // What is staged has been counted already.
            while sending.offset < sending.bytes.count || !staged.range.isEmpty {
                guard let handle else { throw .closed(peer) }
                guard try transmit(sending.bytes, &sending.offset, handle) else {
                    outgoing = sending
                    return watchOutput()
                }
            }
        } catch {
            failure = error
        }
        outgoing = nil
        sending.completion(failure)
    }

    /// Sends some of the bytes from `offset` on, or of what is staged.
    /// - Returns: false if the socket takes nothing now.
    private func transmit(_ bytes: [UInt8], _ offset: inout Int, _ handle: EasyHandle) throws(NetworkError) -> Bool {
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

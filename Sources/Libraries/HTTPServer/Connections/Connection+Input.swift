import Glibc
import HTTPWire

extension Connection {
    /// Reads what the socket has, once.
    func receive() -> RequestAction {
        if case .peerClosed? = tls?.state {
            // Behind the bytes that came with the peer's last word.
            isReadable = false
            return machine.inputEnded()
        }
        let count = table.input.withUnsafeMutableBytes { buffer in
            recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        if count < 0 {
            switch errno {
            case EINTR: return .wait
            case EAGAIN:
                isReadable = false
                return .wait
            default: return machine.failed()
            }
        }
        if count == 0 {
            isReadable = false
            return inputEnded()
        }
        // A read that fills less than its buffer was the last one, unless the end is behind it: the system tells when
        // more comes.
        if count < table.input.count, !hasEnd { isReadable = false }
        return tls == nil ? take(table.input[..<count]) : decrypt(count)
    }

    private func take(_ bytes: ArraySlice<UInt8>) -> RequestAction {
        let (now, room) = (table.now, table.shared.bodyRoom)
        return ask { machine, output in machine.received(bytes, now: now, bodyRoom: room, output: &output) }
    }

    private func inputEnded() -> RequestAction {
        tls?.receiveEnd()
        return machine.inputEnded()
    }

    // MARK: - TLS

    private func decrypt(_ count: Int) -> RequestAction {
        guard let tls else { return .wait }
        var plaintext: [UInt8] = []
        let input = table.input
        tls.receive(input.span.extracting(0..<count), into: &plaintext)
        // A step of the handshake, an alert.
        let isSent = sendCiphertext(of: tls)
        switch tls.state {
        case .handshaking, .open: break
        case .peerClosed:
            if plaintext.isEmpty { return machine.inputEnded() }
            // The end is behind these bytes, which the next call finds.
            isReadable = true
        case .failed(.plainHTTP): return refusePlainHTTP()
        case .failed: return machine.failed()
        }
        guard isSent else { return machine.failed() }
        return plaintext.isEmpty ? .wait : take(plaintext[...])
    }

    /// Tells a client in its own language that it has to speak TLS.
    private func refusePlainHTTP() -> RequestAction {
        tls = nil
        return machine.turnAway(HTTPRefusal(.malformedRequest, detail: TLSFailure.plainHTTP.description))
    }
}

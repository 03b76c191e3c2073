import CSSL

/// A server's end of TLS that is given anything, and one that talks with a client whose bytes are changed on their way: no
/// data comes out that the client did not send, and nothing after a failure.
///
/// The first octet chooses: even, the rest is what comes from the socket; odd, the rest is edits of three octets each (which
/// flight and how, where, and what). Its other bits choose the version of TLS and the sizes of pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLS(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let choice = input.first else { return 0 }
    var server = Server(numbers: Numbers(seed: choice))
    if choice & 1 == 0 {
        server.receive(Array(input.dropFirst()))
        server.finish()
        check(server.plaintext.isEmpty, "data without a handshake")
    } else {
        converse(&server, version: choice & 2 == 0 ? TLS1_2_VERSION : TLS1_3_VERSION, edits: Array(input.dropFirst()))
    }
    return 0
}

/// What the client sends after the handshake.
private let question = [UInt8]((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })

private func converse(_ server: inout Server, version: Int32, edits: [UInt8]) {
    let client = TLSClient(
        TLSClient.Options(lowestVersion: version, highestVersion: version, protocols: ["h2", "http/1.1"]))
    client.connect()
    var hasSent = false
    for flight in 0..<8 {
        if client.isConnected, !hasSent {
            hasSent = true
            client.send(Array(question.prefix(20_000)))
            if version == TLS1_3_VERSION { client.updateKeys() }
            client.send(Array(question.dropFirst(20_000)))
            client.close()
        }
        server.receive(edited(client.takeOutput(), flight: flight, edits))
        _ = client.receive(server.takeOutput())
    }
    server.finish()
    check(question.starts(with: server.plaintext), "data that the client did not send")
    if edits.count < 3 {
        check(server.plaintext.count == question.count, "\(server.plaintext.count) octets came")
        check(server.session.state == .peerClosed(isClean: true), "\(server.session.state)")
    }
}

/// Applies the edits that are for a flight.
private func edited(_ bytes: [UInt8], flight: Int, _ edits: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for start in stride(from: 0, to: edits.count - 2, by: 3) where Int(edits[start] & 7) == flight && !bytes.isEmpty {
        let place = Int(edits[start + 1]) % bytes.count
        let value = edits[start + 2]
        switch edits[start] >> 3 & 7 {
        case 0, 1: bytes[place] ^= value
        case 2: bytes.insert(value, at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeLast(min(Int(value), bytes.count))
        case 5: bytes.insert(contentsOf: bytes.prefix(Int(value)), at: place)
        case 6: bytes.removeSubrange(place..<min(place + Int(value), bytes.count))
        default: bytes += [22, 3, 3, 0, 4, value, value, value, value]
        }
    }
    return bytes
}

/// A session, and what is always true of it.
private struct Server {
    private static let context: TLSContext = {
        do throws(TLSContextError) {
            return try TLSContext(certificateChain: file("server.crt"), privateKey: file("server.key"))
        } catch {
            fatalError("scripts/fuzz made no certificate: \(error)")
        }
    }()

    let session = TLSSession(context)
    var numbers: Numbers
    private(set) var plaintext: [UInt8] = []

    init(numbers: Numbers) {
        self.numbers = numbers
    }

    mutating func receive(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(1 + numbers.next(below: numbers.next(below: 4) == 0 ? 8 : 9_000)))
            rest = rest.dropFirst(piece.count)
            let (before, state) = (plaintext.count, session.state)
            session.receive(piece.span, into: &plaintext)
            check(plaintext.count - before <= piece.count + 16_384, "more came than can be")
            if state != .handshaking, state != .open {
                check(plaintext.count == before && session.state == state, "something after the end")
            }
            check(session.outputCount < 40_000, "\(session.outputCount) octets of output")
        }
    }

    func takeOutput() -> [UInt8] {
        var bytes: [UInt8] = []
        session.takeOutput(into: &bytes)
        return bytes
    }

    /// Answers, closes and ends.
    mutating func finish() {
        let canSend =
            switch session.state {
            case .open, .peerClosed: true
            case .handshaking, .failed: false
            }
        check(session.send([1, 2, 3].span) == canSend, "sends in \(session.state)")
        session.close()
        check(!session.send([4].span), "sends after its end")
        session.receiveEnd()
        check(session.state != .handshaking && session.state != .open, "goes on after the end")
        check(ERR_peek_error() == 0, "leaves an error on the thread")
        _ = takeOutput()
    }

    private static func file(_ name: String) -> [UInt8] {
        guard let source = BIO_new_file(".build/fuzz/certificates/\(name)", "r") else { return [] }
        defer { BIO_free(source) }
        var bytes = [UInt8](repeating: 0, count: 10_000)
        let count = BIO_read(source, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(0, count))))
    }
}

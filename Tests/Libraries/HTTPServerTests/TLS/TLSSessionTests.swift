import CSSL
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TLSSessionTests {
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    // MARK: Handshake

    @Test("a handshake and data are the same however the bytes are cut", arguments: versions, [1, 2, 7, 100, .max])
    func handshakeHoweverCut(version: Int32, size: Int) async throws {
        let pair = TLSPair(try await .forTests(), TLSClient.Options(lowestVersion: version, highestVersion: version))
        #expect(pair.server.state == .handshaking)
        pair.client.connect()
        pair.exchange(piecesOf: size)
        #expect(pair.server.state == .open && pair.client.isConnected && pair.client.version == version)
        pair.client.send(Array("question".utf8))
        pair.server.send(Array("ans".utf8))
        pair.server.send(Array("wer".utf8))
        pair.exchange(piecesOf: size)
        #expect(pair.requests == Array("question".utf8) && pair.answers == Array("answer".utf8))
        #expect(!pair.client.isResumed)
    }

    @Test("data that comes with the end of the handshake is received at once", arguments: versions)
    func dataWithTheEndOfTheHandshake(version: Int32) async throws {
        let pair = TLSPair(try await .forTests(), TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.connect()
        while !pair.client.isConnected {
            pair.server.receive(pair.client.takeOutput().span, into: &pair.requests)
            _ = pair.client.receive(pair.takeOutput())
        }
        pair.client.send(Array("question".utf8))
        pair.client.close()
        pair.server.receive(pair.client.takeOutput().span, into: &pair.requests)
        #expect(pair.requests == Array("question".utf8))
        #expect(pair.server.state == .peerClosed(isClean: true))
    }

    @Test("a client that knows only TLS 1.1 is refused with an alert")
    func onlyTLS11() async throws {
        let pair = try await TLSPair.open(
            TLSClient.Options(lowestVersion: TLS1_1_VERSION, highestVersion: TLS1_1_VERSION))
        #expect(pair.server.state == .failed(.handshake("unsupported protocol")))
        #expect(pair.client.alert == SSL_AD_PROTOCOL_VERSION)
    }

    @Test("ALPN chooses http/1.1 wherever it stands", arguments: versions)
    func alpnChoosesHTTP11(version: Int32) async throws {
        for protocols in [["http/1.1"], ["h2", "http/1.1"], ["http/1.1", "h2"]] {
            let pair = try await TLSPair.open(
                TLSClient.Options(lowestVersion: version, highestVersion: version, protocols: protocols))
            #expect(pair.server.state == .open && pair.client.negotiated == "http/1.1")
        }
        let without = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        #expect(without.server.state == .open && without.client.negotiated == nil)
    }

    @Test("ALPN without http/1.1 is refused with an alert", arguments: versions)
    func alpnWithoutHTTP11(version: Int32) async throws {
        for protocols in [["h2"], ["http/1.0", "http/1.11", "ttp/1.1"]] {
            let pair = try await TLSPair.open(
                TLSClient.Options(lowestVersion: version, highestVersion: version, protocols: protocols))
            #expect(pair.server.state == .failed(.handshake("no application protocol")))
            #expect(pair.client.alert == SSL_AD_NO_APPLICATION_PROTOCOL)
        }
    }

    // MARK: What is not TLS

    @Test(
        "a plain HTTP request is recognised and not answered with an alert",
        arguments: ["GET / HTTP/1.1\r\n\r\n", "OPTIONS * HTTP/1.1\r\n", "PATCH ", "DELETE /a HTTP/1.1"], [1, 3, .max])
    func plainHTTPRequest(request: String, size: Int) async throws {
        let session = TLSSession(try await .forTests())
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            #expect(session.receive(Array(rest.prefix(size))) == [])
            rest = rest.dropFirst(size)
        }
        #expect(session.state == .failed(.plainHTTP))
        #expect(session.outputCount == 0)
    }

    @Test(
        "garbage fails",
        arguments: ["GARBAGE", "A B C D E", "\r\n\r\n\r\n", "SSH-2.0-OpenSSH_9.2", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"],
        [1, .max])
    func garbage(text: String, size: Int) async throws {
        let session = TLSSession(try await .forTests())
        var rest = Array(text.utf8)[...] + Array(repeating: 0x21, count: 40)
        while !rest.isEmpty {
            #expect(session.receive(Array(rest.prefix(size))) == [])
            rest = rest.dropFirst(size)
        }
        guard case .failed(.handshake) = session.state else {
            Issue.record("\(session.state)")
            return
        }
        #expect(!session.send([1]))
    }

    @Test("random bytes behind a header of TLS fail, and are never data")
    func randomBytesBehindAHeader() async throws {
        var generator = SeededGenerator(seed: 1)
        for round in 0..<500 {
            let session = TLSSession(try await .forTests())
            let count = Int.random(in: 1...300, using: &generator)
            let header: [UInt8] = [22, 3, 1, UInt8(count >> 8), UInt8(count & 255)]
            #expect(session.receive(header + generator.bytes(count)) == [], "round \(round)")
            session.receiveEnd()
            guard case .failed = session.state else {
                Issue.record("\(session.state) in round \(round)")
                return
            }
        }
    }

    @Test(
        "a ClientHello that announces more than a record is refused before it comes, however its header is cut",
        arguments: [[4], [1, 1, 1, 1], [3, 2], [2, 200]], [1, .max])
    func largeClientHello(records: [Int], size: Int) async throws {
        let session = TLSSession(try await .forTests())
        var rest = records.flatMap { [22, 3, 1, 0, UInt8($0)] + [UInt8](repeating: 1, count: $0) }[...]
        while !rest.isEmpty {
            #expect(session.receive(Array(rest.prefix(size))) == [])
            rest = rest.dropFirst(size)
        }
        #expect(session.state == .failed(.handshake("the ClientHello is too large")))
        var alert: [UInt8] = []
        session.takeOutput(into: &alert)
        let client = TLSClient()
        client.connect()
        _ = client.receive(alert)
        #expect(client.alert == SSL_AD_ILLEGAL_PARAMETER)
    }

    @Test("a handshake that ends early has failed", arguments: ["", "G", "\u{16}\u{03}\u{01}"])
    func handshakeThatEndsEarly(beginning: String) async throws {
        let session = TLSSession(try await .forTests())
        #expect(session.receive(Array(beginning.utf8)) == [])
        #expect(session.state == .handshaking)
        session.close()
        session.receiveEnd()
        #expect(session.state == .failed(.endedInHandshake))
        #expect(session.outputCount == 0)
    }

    // MARK: Data

    @Test("1 MiB goes each way, whole and in order", arguments: versions, [999, .max])
    func with1MiBEachWay(version: Int32, size: Int) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        var generator = SeededGenerator(seed: 2)
        let (question, answer) = (generator.bytes(1 << 20), generator.bytes(1 << 20))
        pair.client.send(question)
        var rest = answer[...]
        while !rest.isEmpty {
            // Each piece stands at another address.
            let piece = Array(rest.prefix(50_000))
            #expect(pair.server.send(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(pair.server.outputCount > answer.count)
        pair.exchange(piecesOf: size)
        #expect(pair.requests == question)
        #expect(pair.answers == answer)
    }

    @Test("what is received is at most a record more than what came", arguments: versions)
    func boundOfWhatIsReceived(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.send([UInt8](repeating: 1, count: 100_000))
        var rest = pair.client.takeOutput()[...]
        while !rest.isEmpty {
            let piece = rest.prefix(5_000)
            rest = rest.dropFirst(piece.count)
            let count = pair.requests.count
            pair.server.receive(Array(piece).span, into: &pair.requests)
            #expect(pair.requests.count - count <= piece.count + 16_384)
        }
        #expect(pair.requests.count == 100_000)
    }

    @Test("the output comes behind what was taken before")
    func outputComesBehind() async throws {
        let pair = try await TLSPair.open()
        pair.server.send(Array("one ".utf8))
        var bytes: [UInt8] = []
        pair.server.takeOutput(into: &bytes)
        #expect(pair.server.outputCount == 0)
        pair.server.send(Array("two".utf8))
        pair.server.send([])
        pair.server.takeOutput(into: &bytes)
        #expect(String(decoding: pair.client.receive(bytes), as: UTF8.self) == "one two")
    }

    @Test("nothing is written by itself after the handshake", arguments: versions)
    func nothingByItselfAfterTheHandshake(version: Int32) async throws {
        let pair = TLSPair(try await .forTests(), TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.connect()
        while !pair.client.isConnected {
            pair.server.receive(pair.client.takeOutput().span, into: &pair.requests)
            _ = pair.client.receive(pair.takeOutput())
        }
        pair.server.receive(pair.client.takeOutput().span, into: &pair.requests)
        #expect(pair.server.state == .open && pair.server.outputCount == 0)
    }

    @Test("a record that was changed on its way fails with an alert, and what came before stays", arguments: versions)
    func changedRecord(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.send(Array("good".utf8))
        let good = pair.client.takeOutput()
        pair.client.send(Array("bad".utf8))
        var bad = pair.client.takeOutput()
        bad[bad.count - 1] ^= 1
        pair.client.send(Array("after".utf8))
        pair.server.receive((good + bad + pair.client.takeOutput()).span, into: &pair.requests)
        #expect(pair.requests == Array("good".utf8))
        #expect(pair.server.state == .failed(.record("decryption failed or bad record mac")))
        #expect(!pair.server.send(Array("answer".utf8)))
        pair.exchange()
        #expect(pair.client.alert == SSL_AD_BAD_RECORD_MAC)
    }

    @Test("plain text in the middle fails", arguments: versions)
    func plainTextInTheMiddle(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        #expect(pair.server.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8)) == [])
        guard case .failed(.record) = pair.server.state else {
            Issue.record("\(pair.server.state)")
            return
        }
    }

    @Test("an error that others left on the thread is not the session's, and the session leaves none")
    func errorsOfOthers() async throws {
        let pair = TLSPair(try await .forTests())
        leaveError()
        pair.client.connect()
        let hello = pair.client.takeOutput()
        for byte in hello {
            leaveError()
            #expect(pair.server.receive([byte]) == [])
        }
        _ = pair.client.receive(pair.takeOutput())
        pair.exchange()
        pair.client.send([1])
        let request = pair.client.takeOutput()
        leaveError()
        #expect(pair.server.receive(Array(request.dropLast())) == [])
        leaveError()
        pair.server.receive(Array(request.suffix(1)).span, into: &pair.requests)
        leaveError()
        #expect(pair.server.send([2]))
        #expect(pair.server.state == .open && pair.requests == [1])
        ERR_clear_error()
        #expect(pair.server.receive([UInt8](repeating: 0, count: 100)) == [])
        #expect(ERR_peek_error() == 0)
        guard case .failed(.record) = pair.server.state else {
            Issue.record("\(pair.server.state)")
            return
        }
    }

    private func leaveError() {
        ERR_new()
        ERR_set_debug("", 0, "")
        withVaList([]) { ERR_vset_error(ERR_LIB_USER, 100, nil, $0) }
    }

    @Test("failures are sentences") func failuresAreSentences() {
        let failures: [TLSFailure] = [
            .plainHTTP, .endedInHandshake, .handshake("a"), .alertFromPeer(48), .record("a"), .flood,
        ]
        #expect(Set(failures.map(\.description)).count == failures.count)
        #expect(failures.allSatisfy { $0.description.hasSuffix(".") })
        #expect(TLSFailure.alertFromPeer(48).description.contains("unknown CA"))
    }
}

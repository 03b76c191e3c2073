import CSSL
import HTTPServer
import TestSupport
import Testing

/// How sessions end: by either side, by neither, and by too much of nothing.
@Suite(.timeLimit(.minutes(5)))
struct TLSSessionEndTests {
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    // MARK: Ends

    @Test("the client's end is clean, and answers still reach it", arguments: versions)
    func clientsEnd(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.send(Array("question".utf8))
        pair.client.close()
        pair.exchange()
        #expect(pair.requests == Array("question".utf8))
        #expect(pair.server.state == .peerClosed(isClean: true))
        pair.server.receiveEnd()
        #expect(pair.server.state == .peerClosed(isClean: true))
        #expect(pair.server.send(Array("answer".utf8)))
        pair.server.close()
        pair.exchange()
        #expect(pair.answers == Array("answer".utf8) && pair.client.isEndReceived)
    }

    @Test("the server's end is told once, and what the client sends is still received", arguments: versions)
    func serversEnd(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.server.send(Array("answer".utf8))
        pair.server.close()
        #expect(pair.server.isOutputClosed)
        #expect(!pair.server.send([1]))
        pair.client.send(Array("more".utf8))
        pair.exchange()
        #expect(pair.answers == Array("answer".utf8) && pair.client.isEndReceived)
        #expect(pair.server.state == .open && pair.requests == Array("more".utf8))
        pair.server.close()
        #expect(pair.server.outputCount == 0)
        pair.client.close()
        pair.exchange()
        #expect(pair.server.state == .peerClosed(isClean: true))
    }

    @Test("an end without a word is an end, and not a clean one", arguments: versions)
    func endWithoutAWord(version: Int32) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: version, highestVersion: version))
        pair.client.send(Array("question".utf8))
        // In the middle of the second record.
        let question = pair.client.takeOutput()
        pair.client.send(Array("rest".utf8))
        pair.server.receive((question + pair.client.takeOutput().dropLast()).span, into: &pair.requests)
        pair.server.receiveEnd()
        #expect(pair.requests == Array("question".utf8))
        #expect(pair.server.state == .peerClosed(isClean: false))
        #expect(pair.server.send(Array("answer".utf8)))
        pair.exchange()
        #expect(pair.answers == Array("answer".utf8))
    }

    // MARK: Floods

    @Test("keys may be updated at any time, also often between data")
    func keysMayBeUpdated() async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: TLS1_3_VERSION))
        for _ in 0..<200 {
            pair.client.updateKeys()
            pair.client.send([1])
            pair.exchange()
            pair.server.send([2])
            pair.exchange()
        }
        #expect(pair.server.state == .open)
        #expect(pair.requests.count == 200 && pair.answers.count == 200)
    }

    @Test("updates of keys without data end the session, however they come", arguments: [true, false])
    func updatesWithoutData(together: Bool) async throws {
        let pair = try await TLSPair.open(TLSClient.Options(lowestVersion: TLS1_3_VERSION))
        var bytes: [UInt8] = []
        for _ in 0..<1_000 {
            pair.client.updateKeys()
            if together {
                bytes += pair.client.takeOutput()
            } else {
                pair.exchange()
                if pair.server.state != .open { break }
            }
        }
        pair.server.receive(bytes.span, into: &pair.requests)
        #expect(pair.server.state == .failed(.flood))
        #expect(pair.server.outputCount < 2_000)
    }

    @Test("another handshake within the session is declined with a warning")
    func renegotiation() async throws {
        let pair = try await TLSPair.open(TLSClient.Options(highestVersion: TLS1_2_VERSION))
        pair.client.renegotiate()
        let hello = pair.client.takeOutput()
        #expect(pair.server.receive(hello) == [])
        #expect(pair.server.state == .open)
        _ = pair.client.receive(pair.takeOutput())
        #expect(pair.client.failure == "no renegotiation")
    }
}

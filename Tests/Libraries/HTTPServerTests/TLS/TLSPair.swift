import HTTPServer
import TestSupport

/// A server's session and a client, joined in memory.
final class TLSPair {
    let server: TLSSession
    let client: TLSClient
    /// What the server has received.
    var requests: [UInt8] = []
    /// What the client has received.
    var answers: [UInt8] = []

    /// Nothing has gone yet.
    init(_ context: TLSContext, _ options: TLSClient.Options = TLSClient.Options()) {
        server = TLSSession(context)
        client = TLSClient(options)
    }

    /// After the handshake.
    static func open(_ options: TLSClient.Options = TLSClient.Options()) async throws -> TLSPair {
        let pair = TLSPair(try await .forTests(), options)
        pair.client.connect()
        pair.exchange()
        return pair
    }

    /// Carries bytes until neither side has more, in pieces of at most `size` bytes.
    func exchange(piecesOf size: Int = .max) {
        while true {
            let (up, down) = (client.takeOutput(), takeOutput())
            if up.isEmpty && down.isEmpty { return }
            for piece in pieces(of: up, size) { server.receive(piece.span, into: &requests) }
            for piece in pieces(of: down, size) { answers += client.receive(piece) }
        }
    }

    /// The server's bytes for the client.
    func takeOutput() -> [UInt8] {
        var bytes: [UInt8] = []
        server.takeOutput(into: &bytes)
        return bytes
    }

    private func pieces(of bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))).map {
            Array(bytes[$0..<min($0 + min(size, bytes.count), bytes.count)])
        }
    }
}

extension TLSContext {
    /// Of the certificates that all tests share.
    static func forTests() async throws -> TLSContext {
        try TLSContext(try await Certificates.shared().server.tls)
    }
}

extension TLSSession {
    /// Takes bytes, and returns what they carry.
    func receive(_ bytes: [UInt8]) -> [UInt8] {
        var plaintext: [UInt8] = []
        receive(bytes.span, into: &plaintext)
        return plaintext
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { send(bytes.span) }
}

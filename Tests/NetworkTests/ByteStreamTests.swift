import Network
import Platform
import TestSupport
import Testing

@Suite("A byte stream over plain TCP")
struct ByteStreamTests {
    let executor = QueueExecutor(label: "test.stream")

    @Test("gives what the peer sends, and sends what it is given")
    func echo() async throws {
        let listener = try LoopbackListener()
        let stream = try await connect(to: listener)
        let peer = try await listener.accept()
        try await stream.send(Array("ping".utf8))
        #expect(try await peer.read(exactly: 4) == Array("ping".utf8))
        try await peer.write(Array("pong".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("pong".utf8))
        await stream.close()
        #expect(try await peer.read() == nil)
    }

    func connect(to listener: LoopbackListener) async throws -> ByteStream {
        try await ByteStream.connect(
            to: ByteStream.Endpoint(host: "127.0.0.1", port: listener.port), timeout: .seconds(10),
            executor: executor)
    }
}

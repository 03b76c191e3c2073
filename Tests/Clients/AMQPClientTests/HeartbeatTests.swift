import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("Heartbeats")
    struct HeartbeatTests {
        private func connect() async throws -> (AMQPConnection, AMQPPeer) {
            try await ScriptedBroker { $0.heartbeat = .seconds(1) }.connect()
        }

        @Test("a broker that falls silent is noticed, and what waits for it fails")
        func silence() async throws {
            let (connection, peer) = try await connect()
            let failed = await failure { _ = try await connection.openChannel() }
            #expect(failed?.code == .connectionLost)
            #expect(failed?.message.contains("silent") == true)
            #expect(await connection.endReason == failed)
            // Heartbeats of the client and its request, up to the end.
            try await peer.untilEnd()
        }

        @Test("a session whose broker falls silent takes the next connection")
        func sessionRecovers() async throws {
            let broker = try ScriptedBroker { $0.heartbeat = .seconds(1) }
            let session = AMQPSession(broker.configuration)
            await session.start()
            let first = try await broker.accept()
            try await first.handshake()
            try await first.untilEnd()
            let second = try await broker.accept()
            try await second.handshake()
            let serving = Task { try await second.serve { _ in false } }
            try await session.waitUntilConnected(timeout: .seconds(30))
            await session.close()
            _ = await serving.result
        }

        @Test("a broker that sends nothing but heartbeats for longer than silence is borne keeps the connection")
        func idle() async throws {
            let (connection, peer) = try await connect()
            // The client's come each half second, so that five take longer than the two seconds.
            for _ in 0..<5 {
                #expect(try await peer.next() == .heartbeat)
                try await peer.send { (encoder) throws(WireError) in encoder.heartbeat() }
            }
            async let opened = connection.openChannel()
            let open = try await peer.serve(until: \.isChannelOpen)
            try await peer.send(.channelOpenOk, open.channel)
            #expect(try await opened.endReason == nil)
        }
    }
}

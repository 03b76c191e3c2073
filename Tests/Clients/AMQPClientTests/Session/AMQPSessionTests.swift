import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("A session that a task owns")
    struct AMQPSessionTests {
        /// A session that is connected to the peer, and the task that it runs in.
        private func running() async throws -> (AMQPSession, Task<Void, Never>, AMQPPeer) {
            let broker = try ScriptedBroker()
            let session = AMQPSession(broker.configuration)
            let running = Task { await session.run() }
            let peer = try await broker.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve(until: \.isConfirmSelect) }
            let channel = try await serving.value.channel
            try await peer.send(.confirmSelectOk, channel)
            try await session.waitUntilConnected(timeout: .seconds(30))
            return (session, running, peer)
        }

        @Test("closes by the protocol when the task is cancelled")
        func cancelled() async throws {
            let (session, running, peer) = try await running()
            running.cancel()
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionCloseOk)
            await running.value
            #expect(session.state == .closed)
            // A closed session does not run again.
            await session.run()
            await session.start()
            #expect(session.state == .closed)
        }

        @Test("ends the task when it is closed")
        func closed() async throws {
            let (session, running, peer) = try await running()
            async let closing: Void = session.close()
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionCloseOk)
            await closing
            await running.value
            #expect(session.state == .closed)
        }
    }
}

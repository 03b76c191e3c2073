import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("A broker that misbehaves during the handshake")
    struct HandshakeTests {
        @Test("something other than AMQP is an error that says so")
        func garbageInstead() async throws {
            let broker = try ScriptedBroker()
            let failure = try await broker.connectFailure { peer in
                try await peer.receiveProtocolHeader()
                try await peer.send(raw: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            }
            #expect(failure?.code == .protocolViolation)
            #expect(failure?.message.contains("the server speaks HTTP") == true)
        }

        @Test("a port with TLS is an error that says so")
        func alertInstead() async throws {
            let broker = try ScriptedBroker()
            let failure = try await broker.connectFailure { peer in
                try await peer.receiveProtocolHeader()
                try await peer.send(raw: [21, 3, 3, 0, 2, 2, 10])
            }
            #expect(failure?.code == .protocolViolation)
            #expect(failure?.message.contains("the server speaks TLS") == true)
            #expect(failure?.isLastingRefusal == true)
        }

        @Test("a broker of another version is an error that says so")
        func otherVersion() async throws {
            let broker = try ScriptedBroker()
            let failure = try await broker.connectFailure { peer in
                try await peer.receiveProtocolHeader()
                try await peer.send(raw: Array("AMQP".utf8) + [3, 1, 0, 0])
            }
            #expect(failure?.code == .protocolViolation)
            #expect(failure?.message.contains("does not speak AMQP 0-9-1") == true)
        }

        @Test("a frame of a channel before the connection is open is an error")
        func channelFrameTooEarly() async throws {
            let broker = try ScriptedBroker()
            let failure = try await broker.connectFailure { peer in
                try await peer.receiveProtocolHeader()
                try await peer.send(.channelOpenOk, 1)
            }
            #expect(failure?.code == .protocolViolation)
        }

        @Test(
            "silence at any step ends the attempt when the connect timeout is over",
            arguments: ["start", "tune", "open-ok"])
        func silence(step: String) async throws {
            let broker = try ScriptedBroker { $0.connectTimeout = .milliseconds(200) }
            let failure = try await broker.connectFailure { peer in
                if step != "start" { try await peer.start() }
                if step == "open-ok" {
                    try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
                    try await peer.send(.connectionTune(Tuning(channelMax: 0, frameMax: 0, heartbeat: 0)))
                }
                try await peer.untilEndOfHandshake(headerIsRead: step != "start")
            }
            #expect(failure?.code == .timedOut)
            #expect(failure?.message.contains("connection.\(step)") == true)
        }

        @Test("an end of the stream during login is taken for a refused login, elsewhere for a lost connection")
        func endOfStream() async throws {
            let broker = try ScriptedBroker()
            let early = try await broker.connectFailure { $0.connection.endOutput() }
            #expect(early?.code == .connectionLost)
            let login = try await broker.connectFailure { peer in
                try await peer.start()
                try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
                peer.connection.endOutput()
            }
            #expect(login?.code == .accessRefused)
        }

        @Test("EXTERNAL is chosen where it is asked for and offered; the broker hears what the client is capable of")
        func external() async throws {
            let broker = try ScriptedBroker { $0.authentication = .external }
            async let connection = AMQPConnection.connect(broker.configuration)
            let peer = try await broker.accept()
            try await peer.receiveProtocolHeader()
            try await peer.send(
                .connectionStart(
                    ConnectionStart(
                        versionMajor: 0, versionMinor: 9, serverProperties: [:], mechanisms: "PLAIN EXTERNAL",
                        locales: "en_US")))
            let answer = try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
            guard case .connectionStartOk(let startOk) = answer.method else { return }
            #expect(startOk.mechanism == "EXTERNAL")
            #expect(startOk.response.isEmpty)
            guard case .table(let capabilities)? = startOk.clientProperties["capabilities"] else {
                throw TimedOut("capabilities")
            }
            for name in [
                "publisher_confirms", "basic.nack", "consumer_cancel_notify", "connection.blocked",
                "authentication_failure_close",
            ] {
                #expect(capabilities[name] == .boolean(true), "\(name)")
            }
            try await peer.send(.connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60)))
            try await peer.serve { if case .connectionOpen = $0 { true } else { false } }
            try await peer.send(.connectionOpenOk)
            #expect(try await connection.endReason == nil)
        }

        @Test("connection.close during login says why")
        func refusedLogin() async throws {
            let broker = try ScriptedBroker()
            let failure = try await broker.connectFailure { peer in
                try await peer.start()
                try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
                try await peer.send(.connectionClose(CloseReason(replyCode: 403, replyText: "ACCESS_REFUSED")))
                try await peer.serve(until: \.isConnectionCloseOk)
            }
            #expect(failure?.code == .accessRefused)
            #expect(failure?.replyCode == 403)
        }

        @Test("a session whose broker first talks nonsense connects when it has come to its senses")
        func sessionRecovers() async throws {
            let broker = try ScriptedBroker()
            let session = AMQPSession(broker.configuration)
            await session.start()
            let first = try await broker.accept()
            try await first.receiveProtocolHeader()
            try await first.send(raw: Array(repeating: 0xff, count: 64))
            try await first.untilEnd()
            let second = try await broker.accept()
            try await second.handshake()
            let serving = Task { try await second.serve(until: \.isConnectionCloseOk) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            #expect(await session.state(after: .connecting) != .closed)
            await session.close()
            _ = await serving.result
        }
    }
}

extension AMQPPeer {
    /// Says nothing until the client gives up.
    fileprivate func untilEndOfHandshake(headerIsRead: Bool) async throws {
        if !headerIsRead { try await receiveProtocolHeader() }
        try await untilEnd()
    }
}

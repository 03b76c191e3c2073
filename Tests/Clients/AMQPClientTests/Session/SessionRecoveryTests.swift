import AMQPClient
import AMQPWire
import EventLoops
import Network
import TestSupport
import Testing

extension ClientTests {
    /// Whatever a broker does to a session that publishes and consumes: an error for what was under way, and then both
    /// go on over the next connection.
    @Suite("A session whose broker misbehaves")
    struct SessionRecoveryTests {
        /// What the broker does on a connection on which the channel `channel` consumes as `c`.
        enum Misdeed: String, CaseIterable, CustomTestStringConvertible {
            case garbage, truncatedFrame, bodyTooLong, bodyTooLarge, unknownConfirm, deliveryOutOfTurn
            case unaskedAnswer, frameOfUnknownChannel, frameAfterClose, closesConnection, disconnects, silence

            var testDescription: String { rawValue }

            func happen(_ peer: AMQPPeer, channel: UInt16) async throws {
                let header = ContentHeader(bodySize: 3, properties: BasicProperties())
                switch self {
                case .garbage: try await peer.send(raw: Array(repeating: 0xff, count: 1_000))
                case .truncatedFrame:
                    try await peer.send(raw: [1, 0, 1, 0, 0, 0, 50, 0, 60])
                    peer.connection.endOutput()
                case .bodyTooLong:
                    try await peer.send { (encoder) throws(WireError) in
                        try encoder.method(.delivery(1), channel: channel)
                        try encoder.header(header, channel: channel)
                        encoder.body([1, 2, 3, 4], channel: channel)
                    }
                case .bodyTooLarge:
                    try await peer.send { (encoder) throws(WireError) in
                        try encoder.method(.delivery(1), channel: channel)
                        try encoder.header(
                            ContentHeader(bodySize: .max, properties: BasicProperties()), channel: channel)
                    }
                case .unknownConfirm: try await peer.send(.basicAck(deliveryTag: 99, multiple: true), channel - 1)
                case .deliveryOutOfTurn: try await peer.deliver("x", number: 5, channel: channel)
                case .unaskedAnswer: try await peer.send(.queuePurgeOk(messageCount: 1), channel)
                case .frameOfUnknownChannel: try await peer.send(.basicAck(deliveryTag: 1, multiple: false), 900)
                case .frameAfterClose:
                    try await peer.send(.connectionClose(CloseReason(replyCode: 320, replyText: "maintenance")))
                    try await peer.send(.basicAck(deliveryTag: 1, multiple: false), channel)
                case .closesConnection:
                    try await peer.send(.connectionClose(CloseReason(replyCode: 541, replyText: "INTERNAL_ERROR")))
                case .disconnects: peer.connection.endOutput()
                case .silence: break
                }
            }
        }

        @Test("publishes and consumes on the next connection", arguments: Misdeed.allCases)
        func recovers(_ misdeed: Misdeed) async throws {
            let broker = try ScriptedBroker {
                $0.heartbeat = .seconds(1)
                $0.bodyMax = 1_000
            }
            let (session, consumer, first, channel) = try await consuming(broker, heartbeat: 1)
            try await misdeed.happen(first, channel: channel)
            let draining = Task {
                try await first.serve(until: \.isConnectionClose)
                try await first.send(.connectionCloseOk)
            }

            let second = try await broker.accept()
            try await second.handshake()
            let next = try await second.serve(until: \.isConsume).channel
            try await second.send(.basicConsumeOk(consumerTag: "c"), next)
            try await second.deliver("again", number: 1, channel: next)
            let delivery = try await delivery(of: consumer)
            #expect(delivery.text == "again")
            #expect(delivery.tag.epoch > 1)
            let publishing = Task { try await session.publishPatiently(.text("a", to: "q")) }
            let publish = try await second.serve(until: \.isPublish)
            try await second.send(.basicAck(deliveryTag: 1, multiple: false), publish.channel)
            #expect(try await publishing.value == .confirmed)

            let ending = Task { try await second.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await (draining.result, ending.result)
        }

        @Test("a consumer whose channel the broker closes is taken up on another channel of the same connection")
        func consumersChannelClosed() async throws {
            let broker = try ScriptedBroker()
            let (session, consumer, peer, channel) = try await consuming(broker)
            try await peer.deliver("before", number: 1, channel: channel)
            let before = try await delivery(of: consumer)
            let taking = Task { try await delivery(of: consumer) }
            try await peer.send(
                .channelClose(CloseReason(replyCode: 406, replyText: "PRECONDITION_FAILED - timeout")), channel)
            let next = try await peer.serve(until: \.isConsume).channel
            try await peer.send(.basicConsumeOk(consumerTag: "c"), next)
            try await peer.deliver("after", number: 1, channel: next)
            let after = try await taking.value
            #expect(after.text == "after")
            // One tag of each life of the consumer: only the present one's is sent.
            try await consumer.settle([before.tag], .acknowledge)
            try await consumer.settle([after.tag], .requeue)
            let settled = try await peer.serve {
                switch $0 {
                case .basicAck, .basicNack: true
                default: false
                }
            }
            guard case .basicNack(deliveryTag: 1, multiple: false, requeue: true) = settled.method else {
                throw TimedOut("a nack: \(settled.method)")
            }
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }

        @Test("a publishing channel that the broker closes is opened anew")
        func publishersChannelClosed() async throws {
            let broker = try ScriptedBroker()
            let session = AMQPSession(broker.configuration)
            await session.start()
            let peer = try await broker.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve(until: \.isPublish) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            async let lost = session.publish([.text("a", to: "q")])
            let channel = try await serving.value.channel
            try await peer.send(.channelClose(CloseReason(replyCode: 404, replyText: "NOT_FOUND")), channel)
            #expect(await lost.map { $0.unknownReason?.code } == [.notFound])
            async let again = session.publish([.text("b", to: "q")])
            let next = try await peer.serve(until: \.isPublish).channel
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), next)
            #expect(await again == [.confirmed])
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }

        @Test("of several hosts that cannot be used, the one that refuses is told, when all were asked")
        func severalHostsAtTheStart() async throws {
            let refusing = try ScriptedBroker()
            let absent = try LoopbackListener()
            absent.close()
            var configuration = refusing.configuration
            configuration.endpoints = [refusing.listener.port, absent.port].map { .init(host: "127.0.0.1", port: $0) }
            configuration.backoff.maximum = .seconds(60)
            let session = AMQPSession(configuration)
            await session.start()
            let peer = try await refusing.accept()
            try await peer.start()
            try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
            #expect(session.state == .connecting)
            try await peer.send(.connectionClose(CloseReason(replyCode: 403, replyText: "ACCESS_REFUSED")))
            try await peer.serve(until: \.isConnectionCloseOk)
            guard case .disconnected(let reason) = await session.state(after: .connecting) else {
                throw TimedOut("a refusal")
            }
            #expect(reason.code == .accessRefused)
            await session.close()
        }

        @Test("what the consumers of a queue hold is counted, taken or not, until it is settled")
        func holdings() async throws {
            let broker = try ScriptedBroker()
            let (session, consumer, peer, channel) = try await consuming(broker)
            for number in 1...3 { try await peer.deliver("m", number: UInt64(number), channel: channel) }
            let first = try await delivery(of: consumer)
            try await eventually("three deliveries") { await session.holdings(of: "q").deliveries == 3 }
            #expect(await session.holdings(of: "q").consumers == 1)
            #expect(await session.holdings(of: "other") == (0, 0))
            try await consumer.settle([first.tag], .acknowledge)
            #expect(await session.holdings(of: "q").deliveries == 2)
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }

        @Test("of several hosts the next one is taken when one is not there or goes away")
        func severalHosts() async throws {
            let (first, second) = (try ScriptedBroker(), try ScriptedBroker())
            let absent = try LoopbackListener()
            absent.close()
            var configuration = first.configuration
            configuration.endpoints = [absent.port, first.listener.port, second.listener.port].map {
                .init(host: "127.0.0.1", port: $0)
            }
            let session = AMQPSession(configuration)
            await session.start()
            let peer = try await first.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve { _ in false } }
            try await session.waitUntilConnected(timeout: .seconds(30))
            peer.connection.reset()
            _ = await serving.result
            let next = try await second.accept()
            try await next.handshake()
            let ending = Task { try await next.serve(until: \.isConnectionCloseOk) }
            try await eventually("the connection to the second host") { session.state == .connected }
            await session.close()
            _ = await ending.result
        }

        /// A session that consumes as `c`, with the broker's side of its connection and the channel's number.
        private func consuming(
            _ broker: ScriptedBroker, heartbeat: UInt16 = 60
        ) async throws -> (AMQPSession, AMQPSessionConsumer, AMQPPeer, UInt16) {
            let session = AMQPSession(broker.configuration)
            await session.start()
            let peer = try await broker.accept()
            try await peer.handshake(heartbeat: heartbeat)
            let serving = Task { try await peer.serve(until: \.isConsume) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            let consuming = Task {
                try await session.consume(AMQPConsumer.Request(queue: "q", prefetch: 10, tag: "c"))
            }
            let channel = try await serving.value.channel
            try await peer.send(.basicConsumeOk(consumerTag: "c"), channel)
            return (session, try await consuming.value, peer, channel)
        }

        private func delivery(of consumer: AMQPSessionConsumer) async throws -> AMQPDelivery {
            let deadline = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < deadline {
                do {
                    if let delivery = try await consumer.next(upTo: 1).first { return delivery }
                } catch {
                    // What was lost with the connection is told first.
                    try #require(error.code != .closed)
                }
            }
            throw TimedOut("a delivery on the next connection")
        }

        @Test("a secret that nobody answers to is given up in time, and a late answer is not taken for the next one's")
        func silenceAboutSecret() async throws {
            let (connection, peer) = try await ScriptedBroker { $0.requestTimeout = .milliseconds(50) }.connect()
            let error = await failure { try await connection.updateSecret("first", reason: "renewal") }
            #expect(error?.code == .timedOut)
            let isUpdate = { @Sendable (method: Method) in
                if case .connectionUpdateSecret = method { true } else { false }
            }
            try await peer.serve(until: isUpdate)
            async let second = failure { try await connection.updateSecret("second", reason: "renewal") }
            try await peer.serve(until: isUpdate)
            try await peer.send(.connectionUpdateSecretOk)
            #expect(await second?.code == .timedOut, "it was the first one's answer")
            let long = await failure {
                try await connection.updateSecret("third", reason: String(repeating: "x", count: 256))
            }
            #expect(long?.code == .unencodable)
            #expect(await connection.endReason == nil)
        }

        @Test("a secret that the broker refuses ends the connection with the broker's words")
        func refusedSecret() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            async let refusal = failure { try await connection.updateSecret("expired", reason: "renewal") }
            try await peer.serve { if case .connectionUpdateSecret = $0 { true } else { false } }
            try await peer.send(
                .connectionClose(CloseReason(replyCode: 530, replyText: "NOT_ALLOWED - new secret was refused")))
            try await peer.serve(until: \.isConnectionCloseOk)
            let error = await refusal
            #expect(error?.code == .notAllowed)
            #expect(error?.message.contains("new secret was refused") == true)
            #expect(error?.message.contains("expired") == false)
            #expect(await connection.waitUntilEnded()?.code == .notAllowed)
        }
    }
}

extension Method {
    fileprivate static func delivery(_ number: UInt64) -> Method {
        .basicDeliver(
            BasicDeliver(consumerTag: "c", deliveryTag: number, redelivered: false, exchange: "", routingKey: "q"))
    }
}

extension AMQPPeer {
    fileprivate func deliver(_ text: String, number: UInt64, channel: UInt16) async throws {
        let body = Array(text.utf8)
        try await send { (encoder) throws(WireError) in
            try encoder.method(.delivery(number), channel: channel)
            try encoder.header(
                ContentHeader(bodySize: UInt64(body.count), properties: BasicProperties()), channel: channel)
            encoder.body(body, channel: channel)
        }
    }
}

import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    /// What RabbitMQ 4 does, and 3.10 does not.
    @Suite("A broker of a later version")
    struct LaterVersionsTests {
        @Test(
            "the frame size is the broker's, never below and never 0: RabbitMQ 4.1 takes nothing under 8,192",
            arguments: [8_192, 131_072] as [UInt32])
        func frameSize(offer: UInt32) async throws {
            let broker = try ScriptedBroker()
            async let connection = AMQPConnection.connect(broker.configuration)
            let peer = try await broker.accept()
            try await peer.start()
            try await peer.serve { if case .connectionStartOk = $0 { true } else { false } }
            try await peer.send(.connectionTune(Tuning(channelMax: 2_047, frameMax: offer, heartbeat: 60)))
            let tuned = try await peer.serve { if case .connectionTuneOk = $0 { true } else { false } }
            guard case .connectionTuneOk(let answer) = tuned.method else { return }
            #expect(answer.frameMax == offer)
            #expect(answer.channelMax == 2_047)
            try await peer.serve { if case .connectionOpen = $0 { true } else { false } }
            try await peer.send(.connectionOpenOk)
            #expect(try await connection.endReason == nil)
        }

        @Test("a message above the broker's limit of 16 MiB is refused, and publishing goes on")
        func tooLarge() async throws {
            let broker = try ScriptedBroker()
            let session = AMQPSession(broker.configuration)
            await session.start()
            let peer = try await broker.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve(until: \.isPublish) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            async let large = session.publish([.text("large", to: "q")])
            let channel = try await serving.value.channel
            let text = "PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216"
            try await peer.send(.channelClose(CloseReason(replyCode: 406, replyText: text)), channel)
            #expect(await large.map { $0.unknownReason?.code } == [.preconditionFailed])
            async let small = session.publish([.text("small", to: "q")])
            let next = try await peer.serve(until: \.isPublish).channel
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), next)
            #expect(await small == [.confirmed])
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }

        @Test("a consumer that the broker cancels, after 30 minutes without an acknowledgement, is taken up again")
        func cancelledConsumer() async throws {
            let (session, consumer, peer, channel) = try await consuming(try ScriptedBroker())
            try await peer.send(delivery("before", 1), on: channel)
            let before = try await consumer.next(upTo: 1)
            let taking = Task { try await consumer.next(upTo: 1) }
            try await peer.send(.basicCancel(consumerTag: "c", noWait: true), channel)
            let next = try await peer.serve(until: \.isConsume).channel
            try await peer.send(.basicConsumeOk(consumerTag: "c"), next)
            try await peer.send(delivery("after", 1), on: next)
            #expect(try await taking.value.map(\.text) == ["after"])
            // The broker has taken this one back: its tag goes nowhere.
            try await consumer.settle(before.map(\.tag), .acknowledge)
            try await close(session, peer)
        }

        @Test("an acknowledgement of what the broker has taken back ends no consumer")
        func unknownTag() async throws {
            let (session, consumer, peer, channel) = try await consuming(try ScriptedBroker())
            try await peer.send(delivery("a", 1), on: channel)
            try await consumer.settle(try await consumer.next(upTo: 1).map(\.tag), .acknowledge)
            try await peer.serve { if case .basicAck = $0 { true } else { false } }
            let text = "PRECONDITION_FAILED - unknown delivery tag 1"
            let taking = Task { try await consumer.next(upTo: 1) }
            try await peer.send(.channelClose(CloseReason(replyCode: 406, replyText: text)), channel)
            let next = try await peer.serve(until: \.isConsume).channel
            try await peer.send(.basicConsumeOk(consumerTag: "c"), next)
            try await peer.send(delivery("b", 1), on: next)
            #expect(try await taking.value.map(\.text) == ["b"])
            try await close(session, peer)
        }

        @Test("a refusal of the permission to look at a queue is that, not a queue that is missing")
        func noPermission() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            async let refused = failure {
                try await connection.withChannel { (channel) throws(AMQPError) in
                    var question = QueueDeclare(queue: "q")
                    question.passive = true
                    _ = try await channel.declareQueue(question)
                }
            }
            let isDeclare = { @Sendable (method: Method) in if case .queueDeclare = method { true } else { false } }
            let asked = try await peer.serve(until: isDeclare)
            try await peer.send(
                .channelClose(
                    CloseReason(replyCode: 403, replyText: "ACCESS_REFUSED - configure access to queue 'q' refused")),
                asked.channel)
            let error = await refused
            #expect(error?.code == .accessRefused)
            #expect(error?.message.contains("configure access") == true)
            #expect(await connection.endReason == nil)
        }

        @Test("a consumer that is cancelled since it lost its permission asks again once a second, no more often")
        func lostPermission() async throws {
            let (session, consumer, peer, channel) = try await consuming(try ScriptedBroker())
            let refusals = Recorder<UInt16>()
            let refusing = Task {
                while true {
                    let asked = try await peer.serve { $0.isConsume || $0.isConnectionCloseOk }
                    guard asked.method.isConsume else { return }
                    refusals.append(asked.channel)
                    try await peer.send(
                        .channelClose(
                            CloseReason(replyCode: 403, replyText: "ACCESS_REFUSED - read access to queue 'q' refused")),
                        asked.channel)
                }
            }
            try await peer.send(.basicCancel(consumerTag: "c", noWait: true), channel)
            let begin = ContinuousClock.now
            var errors: [AMQPError] = []
            while ContinuousClock.now - begin < .seconds(3) {
                do { _ = try await consumer.next(upTo: 1) } catch { errors.append(error) }
            }
            #expect(errors.allSatisfy { $0.code == .accessRefused }, "\(errors)")
            let seconds = Int((ContinuousClock.now - begin) / .seconds(1))
            #expect((2...seconds + 2).contains(refusals.entries.count), "\(refusals.entries.count) in \(seconds) s")
            await session.close()
            _ = await refusing.result
        }

        /// A session that consumes as `c`, with the broker's side of its connection and the channel's number.
        private func consuming(
            _ broker: ScriptedBroker
        ) async throws -> (AMQPSession, AMQPSessionConsumer, AMQPPeer, UInt16) {
            let session = AMQPSession(broker.configuration)
            await session.start()
            let peer = try await broker.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve(until: \.isConsume) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            let consuming = Task {
                try await session.consume(AMQPConsumer.Request(queue: "q", prefetch: 10, tag: "c"))
            }
            let channel = try await serving.value.channel
            try await peer.send(.basicConsumeOk(consumerTag: "c"), channel)
            return (session, try await consuming.value, peer, channel)
        }

        private func close(_ session: AMQPSession, _ peer: AMQPPeer) async throws {
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }

        private func delivery(_ text: String, _ number: UInt64) -> (Method, [UInt8]) {
            let method = Method.basicDeliver(
                BasicDeliver(consumerTag: "c", deliveryTag: number, redelivered: false, exchange: "", routingKey: "q"))
            return (method, Array(text.utf8))
        }
    }
}

extension AMQPPeer {
    fileprivate func send(_ delivery: (Method, [UInt8]), on channel: UInt16) async throws {
        try await send { (encoder) throws(WireError) in
            try encoder.method(delivery.0, channel: channel)
            try encoder.header(
                ContentHeader(bodySize: UInt64(delivery.1.count), properties: BasicProperties()), channel: channel)
            encoder.body(delivery.1, channel: channel)
        }
    }
}

import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("Publishing and consuming, as a broker may interleave them")
    struct FlowTests {
        private func deliver(_ number: UInt64) -> Method {
            .basicDeliver(
                BasicDeliver(consumerTag: "c", deliveryTag: number, redelivered: false, exchange: "", routingKey: "q"))
        }

        private func returned(_ key: String, _ text: String) -> Method {
            .basicReturn(BasicReturn(replyCode: 312, replyText: text, exchange: "", routingKey: key))
        }

        /// A channel with a consumer `c`.
        private func consume(_ connection: AMQPConnection, _ peer: AMQPPeer) async throws -> AMQPConsumer {
            let serving = Task { try await peer.serve(until: \.isConsume) }
            let channel = try await connection.openChannel()
            async let consumer = channel.consume("q", prefetch: 10, tag: "c")
            let consume = try await serving.value
            try await peer.send(.basicConsumeOk(consumerTag: "c"), consume.channel)
            return try await consumer
        }

        /// Publishes on a new channel; gives the channel's number and the outcomes to come.
        private func publish(
            _ messages: [AMQPOutgoing], _ connection: AMQPConnection, _ peer: AMQPPeer
        ) async throws -> (channel: UInt16, outcomes: Task<[AMQPPublishOutcome], Never>) {
            let serving = Task { try await peer.serve(until: \.isPublish) }
            let channel = try await connection.openChannel()
            let outcomes = Task { await channel.publish(messages) }
            let first = try await serving.value
            for _ in messages.dropFirst() { try await peer.serve(until: \.isPublish) }
            return (first.channel, outcomes)
        }

        @Test("a confirm on one channel in the middle of a delivery on another disturbs neither")
        func interleaved() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let consumer = try await consume(connection, peer)
            let (publishing, outcomes) = try await publish([.text("a", to: "q")], connection, peer)
            let (method, consuming) = (deliver(1), consumer.channel.number)
            #expect(publishing != consuming)
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(method, channel: consuming)
                try encoder.header(ContentHeader(bodySize: 4, properties: BasicProperties()), channel: consuming)
                encoder.body(Array("ab".utf8), channel: consuming)
                try encoder.method(.basicAck(deliveryTag: 1, multiple: false), channel: publishing)
            }
            // Before the delivery is whole.
            #expect(await outcomes.value == [.confirmed])
            try await peer.send { (encoder) throws(WireError) in encoder.body(Array("cd".utf8), channel: consuming) }
            #expect(try await consumer.next(upTo: 1).map(\.text) == ["abcd"])
        }

        @Test("several returns before one multiple ack: each message has its own outcome")
        func severalReturns() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let messages: [AMQPOutgoing] = [
                .text("1", to: "q"), .text("2", to: "none"), .text("3", to: "q"), .text("4", to: "nor"),
            ]
            let (channel, outcomes) = try await publish(messages, connection, peer)
            let (second, fourth) = (returned("none", "second"), returned("nor", "fourth"))
            try await peer.send { (encoder) throws(WireError) in
                for (method, text) in [(second, "2"), (fourth, "4")] {
                    try encoder.method(method, channel: channel)
                    try encoder.header(ContentHeader(bodySize: 1, properties: BasicProperties()), channel: channel)
                    encoder.body(Array(text.utf8), channel: channel)
                }
                try encoder.method(.basicAck(deliveryTag: 4, multiple: true), channel: channel)
            }
            #expect(
                await outcomes.value == [
                    .confirmed, .returned(replyCode: 312, text: "second"), .confirmed,
                    .returned(replyCode: 312, text: "fourth"),
                ])
        }

        @Test("a return of a message that was not published ends the connection: an ack would pass for storing another")
        func unknownReturn() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let (channel, outcomes) = try await publish([.text("1", to: "q")], connection, peer)
            let method = returned("other", "NO_ROUTE")
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(method, channel: channel)
                try encoder.header(ContentHeader(bodySize: 0, properties: BasicProperties()), channel: channel)
                try encoder.method(.basicAck(deliveryTag: 1, multiple: false), channel: channel)
            }
            #expect(await outcomes.value.map { $0.unknownReason?.code } == [.protocolViolation])
        }

        @Test("while the broker blocks, a publish waits and fails at its deadline; afterwards publishing goes on")
        func blocked() async throws {
            let (connection, peer) = try await ScriptedBroker { $0.sendTimeout = .milliseconds(100) }.connect()
            let serving = Task { try await peer.serve(until: \.isConfirmSelect) }
            let channel = try await connection.openChannel()
            async let selected: Void = channel.confirmSelect()
            let select = try await serving.value
            try await peer.send(.confirmSelectOk, select.channel)
            try await selected
            try await peer.send(.connectionBlocked(reason: "low on memory"))
            await connection.waitWhileBlockedReason(is: nil)
            let outcomes = await channel.publish([.text("a", to: "q")])
            #expect(outcomes.map { $0.failedReason?.code } == [.blocked])
            #expect(outcomes.first?.failedReason?.message.contains("low on memory") == true)
            try await peer.send(.connectionUnblocked)
            await connection.waitWhileBlockedReason(is: "low on memory")
            async let again = channel.publish([.text("b", to: "q")])
            // The message that failed was not sent: this is the first.
            let publish = try await peer.serve(until: \.isPublish)
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), publish.channel)
            #expect(await again == [.confirmed])
        }

        @Test("a message that the broker never confirms is unknown at the confirm deadline")
        func unconfirmed() async throws {
            let (connection, peer) = try await ScriptedBroker { $0.confirmTimeout = .milliseconds(100) }.connect()
            let (_, outcomes) = try await publish([.text("a", to: "q")], connection, peer)
            #expect(await outcomes.value.map { $0.unknownReason?.code } == [.timedOut])
            #expect(await connection.endReason == nil)
        }

        @Test("the broker's basic.cancel is answered and ends the consumer with its reason, not the channel")
        func cancelledByBroker() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let consumer = try await consume(connection, peer)
            async let failed = failure { _ = try await consumer.next(upTo: 1) }
            try await peer.send(.basicCancel(consumerTag: "c", noWait: false), consumer.channel.number)
            try await peer.serve { if case .basicCancelOk(consumerTag: "c") = $0 { true } else { false } }
            #expect(await failed?.code == .consumerCancelled)
            #expect(await failure { _ = try await consumer.next(upTo: 1) }?.code == .consumerCancelled)
            #expect(consumer.channel.endReason == nil)
        }

        @Test("what is in flight when the connection breaks is unknown; the session publishes on the next connection")
        func sessionRecovers() async throws {
            let session = AMQPSession(try await Self.interrupted())
            await session.start()
            try await session.waitUntilConnected(timeout: .seconds(30))
            #expect(await session.publish([.text("a", to: "q")]).map { $0.unknownReason?.code } == [.connectionLost])
            #expect(try await session.publishPatiently(.text("a", to: "q")) == .confirmed)
            await session.close()
        }

        /// Of a broker that breaks its first connection upon a publish, and confirms on the second.
        private static func interrupted() async throws -> AMQPConfiguration {
            let broker = try ScriptedBroker()
            Task {
                let first = try await broker.accept()
                try await first.handshake()
                try await first.serve(until: \.isPublish)
                first.connection.reset()
                let second = try await broker.accept()
                try await second.handshake()
                let publish = try await second.serve(until: \.isPublish)
                try await second.send(.basicAck(deliveryTag: 1, multiple: false), publish.channel)
                try await second.serve { _ in false }
            }
            return broker.configuration
        }
    }
}

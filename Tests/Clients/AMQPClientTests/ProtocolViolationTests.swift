import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("A broker that breaks the protocol")
    struct ProtocolViolationTests {
        /// A connection with a channel that has a consumer `c` with a prefetch of 10.
        private func consuming(
            _ change: (inout AMQPConfiguration) -> Void = { _ in }
        ) async throws -> (AMQPConnection, AMQPConsumer, AMQPPeer) {
            let broker = try ScriptedBroker(change)
            let (connection, peer) = try await broker.connect()
            async let serving = peer.serve(until: \.isConsume)
            let channel = try await connection.openChannel()
            async let consumer = channel.consume("q", prefetch: 10, tag: "c")
            _ = try await serving
            try await peer.send(.basicConsumeOk(consumerTag: "c"), 1)
            return (connection, try await consumer, peer)
        }

        private func delivery(_ number: UInt64) -> Method {
            .basicDeliver(
                BasicDeliver(consumerTag: "c", deliveryTag: number, redelivered: false, exchange: "", routingKey: "q"))
        }

        @Test("garbage ends the connection with an error, and the broker is told")
        func garbage() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            try await peer.send(raw: Array(repeating: 0xff, count: 1_000))
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionCloseOk)
            #expect(await connection.waitUntilEnded()?.code == .protocolViolation)
            #expect(await failure { _ = try await connection.openChannel() }?.code == .protocolViolation)
        }

        @Test(
            "a delivery that is cut anywhere by the end of the stream is a lost connection", arguments: [1, 6, 20, 50])
        func truncated(count: Int) async throws {
            let (connection, consumer, peer) = try await consuming()
            var encoder = FrameEncoder()
            try encoder.method(delivery(1), channel: 1)
            try encoder.header(ContentHeader(bodySize: 10, properties: BasicProperties()), channel: 1)
            encoder.body(Array(repeating: 0, count: 10), channel: 1)
            let bytes = encoder.take()
            try #require(bytes.count > count)
            try await peer.send(raw: Array(bytes.prefix(count)))
            peer.connection.endOutput()
            #expect(await failure { _ = try await consumer.next(upTo: 1) }?.code == .connectionLost)
            #expect(await connection.waitUntilEnded()?.code == .connectionLost)
        }

        @Test("a body longer than announced ends the connection")
        func longBody() async throws {
            let (connection, _, peer) = try await consuming()
            let method = delivery(1)
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(method, channel: 1)
                try encoder.header(ContentHeader(bodySize: 3, properties: BasicProperties()), channel: 1)
                encoder.body([1, 2, 3, 4], channel: 1)
            }
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionCloseOk)
            #expect(await connection.waitUntilEnded()?.code == .protocolViolation)
        }

        @Test("a body that is announced larger than any broker takes ends the connection before it comes")
        func hugeBody() async throws {
            let (connection, _, peer) = try await consuming()
            let method = delivery(1)
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(method, channel: 1)
                try encoder.header(ContentHeader(bodySize: .max, properties: BasicProperties()), channel: 1)
            }
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionCloseOk)
            let reason = await connection.waitUntilEnded()
            #expect(reason?.code == .protocolViolation)
            #expect(reason?.message.contains("more than any broker takes") == true)
        }

        @Test("25,000 nested arrays in a header: the message arrives without its headers, and the connection goes on")
        func nestedArrays() async throws {
            let (connection, consumer, peer) = try await consuming()
            var table = Array("\u{1}k".utf8)
            for depth in (0..<25_000).reversed() { table += [UInt8(ascii: "A")] + bigEndian(UInt32(depth * 5)) }
            let properties: [UInt8] = [0, 60, 0, 0] + Array(repeating: 0, count: 7) + [2] + [0x20, 0]
            let payload = properties + bigEndian(UInt32(table.count)) + table
            let method = delivery(1)
            try await peer.send { (encoder) throws(WireError) in try encoder.method(method, channel: 1) }
            try await peer.send(raw: [2, 0, 1] + bigEndian(UInt32(payload.count)) + payload + [0xce])
            try await peer.send { (encoder) throws(WireError) in encoder.body(Array("hi".utf8), channel: 1) }
            let deliveries = try await consumer.next(upTo: 1)
            #expect(deliveries.map(\.text) == ["hi"])
            #expect(deliveries.first?.properties.headers == nil)
            #expect(await connection.endReason == nil)
        }

        @Test("a confirm of a message that was never published ends the connection")
        func unknownConfirm() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            async let serving = peer.serve(until: \.isPublish)
            let channel = try await connection.openChannel()
            async let outcomes = channel.publish([.text("a", to: "q")])
            _ = try await serving
            try await peer.send(.basicAck(deliveryTag: 99, multiple: true), 1)
            #expect(await outcomes.map { $0.unknownReason?.code } == [.protocolViolation])
            #expect(await connection.waitUntilEnded()?.code == .protocolViolation)
        }

        @Test("a second confirm of the same message does nothing")
        func repeatedConfirm() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let serving = Task { try await peer.serve(until: \.isPublish) }
            let channel = try await connection.openChannel()
            async let first = channel.publish([.text("a", to: "q")])
            _ = try await serving.value
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), 1)
            #expect(await first == [.confirmed])
            async let second = channel.publish([.text("b", to: "q")])
            try await peer.serve(until: \.isPublish)
            try await peer.send(.basicNack(deliveryTag: 1, multiple: false, requeue: false), 1)
            try await peer.send(.basicAck(deliveryTag: 2, multiple: true), 1)
            #expect(await second == [.confirmed])
            #expect(await connection.endReason == nil)
        }

        @Test("settling unknown tags sends nothing; a delivery number out of turn ends the connection")
        func unknownTags() async throws {
            let (connection, consumer, peer) = try await consuming()
            try await consumer.settle([AMQPDeliveryTag(epoch: 1, number: 7)], .acknowledge)
            // An ack of an unknown tag would come before this.
            async let opened = connection.openChannel()
            let next = try await peer.serve { _ in true }
            #expect(next.method == .channelOpen)
            try await peer.send(.channelOpenOk, next.channel)
            _ = try await opened
            let method = delivery(5)
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(method, channel: 1)
                try encoder.header(ContentHeader(bodySize: 0, properties: BasicProperties()), channel: 1)
            }
            #expect(await failure { _ = try await consumer.next(upTo: 1) }?.code == .protocolViolation)
        }

        @Test("an answer to another request than the one made ends the connection")
        func wrongAnswer() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            async let failed = failure { _ = try await connection.openChannel() }
            try await peer.serve(until: \.isChannelOpen)
            try await peer.send(.basicQosOk, 1)
            #expect(await failed?.code == .protocolViolation)
        }

        private func bigEndian(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
    }
}

import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("Against RabbitMQ")
    struct RealBrokerTests {
        /// A name that no other test uses.
        private let queue = "test.client." + String(UInt64.random(in: 0 ... .max), radix: 36)

        private func connect(
            _ change: (inout AMQPConfiguration) -> Void = { _ in }
        ) async throws -> AMQPConnection {
            var configuration = try AMQPURI.parse(try await RabbitMQNode.shared().addresses.amqp)
            change(&configuration)
            return try await AMQPConnection.connect(configuration)
        }

        /// A channel on which the test's queue is declared; it goes with the connection.
        private func channel(_ connection: AMQPConnection) async throws -> AMQPChannel {
            let channel = try await connection.openChannel()
            var declare = QueueDeclare(queue: queue)
            declare.exclusive = true
            try await channel.declareQueue(declare)
            return channel
        }

        @Test("20,000 messages are confirmed, and consumed in order")
        func many() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            let count = 20_000
            let outcomes = await channel.publish((0..<count).map { .text("\($0)", to: queue) })
            #expect(outcomes.count == count)
            #expect(outcomes.allSatisfy { $0 == .confirmed })
            let consumer = try await connection.openChannel().consume(queue, prefetch: 1_000)
            var texts: [String] = []
            while texts.count < count {
                let deliveries = try await consumer.next(upTo: 500)
                try #require(!deliveries.isEmpty)
                texts += deliveries.map(\.text)
                try await consumer.settle(deliveries.map(\.tag), .acknowledge)
            }
            #expect(texts == (0..<count).map { "\($0)" })
            // Every ack was for the right message: nothing comes back when the consumer's channel goes.
            await consumer.channel.close()
            #expect(try await channel.get(queue) == nil)
            await connection.close()
        }

        @Test("who lingers gets what comes one by one together: at once when it is enough, else when the time is over")
        func lingering() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            let consumer = try await connection.openChannel().consume(queue, prefetch: 100)
            async let enough = consumer.next(upTo: 20, linger: .seconds(600))
            for number in 0..<20 {
                #expect(await channel.publish([.text("\(number)", to: queue)]) == [.confirmed])
            }
            #expect(try await enough.map(\.text) == (0..<20).map { "\($0)" })
            async let few = consumer.next(upTo: 20, linger: .milliseconds(20))
            #expect(await channel.publish([.text("last", to: queue)]) == [.confirmed])
            #expect(try await few.map(\.text) == ["last"])
            await connection.close()
        }

        @Test("bodies of no byte, of one frame exactly, a byte more, and two frames come as they went")
        func bodies() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            let frameMax = Int(await connection.tuning.frameMax)
            for count in [0, frameMax - 8, frameMax - 7, 2 * frameMax] {
                let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let message = AMQPOutgoing(exchange: "", routingKey: queue, body: body)
                #expect(await channel.publish([message]) == [.confirmed])
                let delivery = try #require(try await channel.get(queue))
                // Not compared by the macro, which would print them.
                let isSame = delivery.body == body
                #expect(isSame, "\(count) bytes")
                try await channel.settle([delivery.tag], .acknowledge)
            }
            await connection.close()
        }

        @Test("of a batch only what no queue takes is returned; without mandatory it is confirmed")
        func unroutable() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            var optional = AMQPOutgoing.text("3", to: queue + ".none")
            optional.mandatory = false
            let outcomes = await channel.publish([
                .text("1", to: queue), .text("2", to: queue + ".none"), optional, .text("4", to: queue),
            ])
            #expect(outcomes.map(\.returnedCode) == [nil, 312, nil, nil])
            #expect(outcomes.filter { $0 == .confirmed }.count == 3)
            await connection.close()
        }

        @Test("a full queue that rejects publishers refuses the message")
        func refused() async throws {
            let connection = try await connect()
            let channel = try await connection.openChannel()
            var declare = QueueDeclare(queue: queue)
            declare.exclusive = true
            declare.arguments = ["x-max-length": .int32(1), "x-overflow": .string("reject-publish")]
            try await channel.declareQueue(declare)
            var outcomes: [AMQPPublishOutcome] = []
            for text in ["1", "2"] { outcomes += await channel.publish([.text(text, to: queue)]) }
            #expect(outcomes == [.confirmed, .nacked])
            await connection.close()
        }

        @Test("a declaration that does not fit closes its channel and leaves the connection usable")
        func mismatch() async throws {
            let connection = try await connect()
            let first = try await channel(connection)
            let queue = queue
            let failed = await failure {
                var other = QueueDeclare(queue: queue)
                other.exclusive = true
                other.arguments = ["x-max-length": .int32(5)]
                try await first.declareQueue(other)
            }
            #expect(failed?.code == .preconditionFailed)
            #expect(failed?.replyCode == 406)
            #expect(first.endReason == failed)
            let second = try await connection.openChannel()
            #expect(await second.publish([.text("a", to: queue)]) == [.confirmed])
            await connection.close()
        }

        @Test("get, requeue, purge and delete tell what they did")
        func queueRequests() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            let queue = queue
            #expect(try await channel.get(queue) == nil)
            _ = await channel.publish(["1", "2", "3"].map { .text($0, to: queue) })
            let first = try #require(try await channel.get(queue))
            #expect(first.text == "1")
            #expect(!first.redelivered)
            try await channel.settle([first.tag], .requeue)
            let again = try #require(try await channel.get(queue))
            #expect(again.text == "1")
            #expect(again.redelivered)
            try await channel.settle([again.tag], .acknowledge)
            #expect(try await channel.purgeQueue(queue) == 2)
            _ = await channel.publish([.text("4", to: queue)])
            #expect(try await channel.deleteQueue(queue) == 1)
            #expect(await channel.publish([.text("5", to: queue)]).map(\.returnedCode) == [312])
            #expect(await failure { _ = try await channel.get(queue) }?.code == .notFound)
            await connection.close()
        }

        @Test("deleting a queue ends its consumer with the reason, and not its channel")
        func cancelledByBroker() async throws {
            let connection = try await connect()
            let channel = try await channel(connection)
            let consumer = try await connection.openChannel().consume(queue, prefetch: 5)
            async let failed = failure { _ = try await consumer.next(upTo: 1) }
            try await channel.deleteQueue(queue)
            #expect(await failed?.code == .consumerCancelled)
            #expect(consumer.channel.endReason == nil)
            await connection.close()
        }

        @Test("a wrong password and an unknown virtual host are told apart, without the password")
        func refusedLogin() async throws {
            let node = try await RabbitMQNode.shared()
            var wrongPassword = try AMQPURI.parse(node.addresses.amqp)
            wrongPassword.authentication = .plain(user: "guest", password: "hunter2")
            var wrongHost = try AMQPURI.parse(node.addresses.amqp)
            wrongHost.virtualHost = queue
            let (password, host) = (wrongPassword, wrongHost)
            let refused = await failure { _ = try await AMQPConnection.connect(password) }
            #expect(refused?.code == .accessRefused)
            #expect(refused?.message.contains("hunter2") == false)
            #expect(await failure { _ = try await AMQPConnection.connect(host) }?.code == .notAllowed)
        }

        @Test("update-secret is answered; the connection goes on")
        func updateSecret() async throws {
            let connection = try await connect()
            try await connection.updateSecret("guest", reason: "renewed")
            let channel = try await channel(connection)
            #expect(await channel.publish([.text("a", to: queue)]) == [.confirmed])
            await connection.close()
            #expect(await connection.endReason?.code == .closed)
        }
    }
}

import AMQPClient
import AMQPWire
import EventLoops
import TestSupport
import Testing

extension ClientTests {
    /// A consumer with a prefetch of two, on whose channels the test's broker delivers.
    @Suite("A consumer that holds more than its prefetch")
    struct HeldPagesTests {
        private struct Setting {
            let session: AMQPSession
            let consumer: AMQPSessionConsumer
            let peer: AMQPPeer
            var channel: UInt16
            var tag: String
            /// Deliveries of the channel.
            private var number: UInt64 = 0

            /// - Parameter channelMax: as the broker's; the publishing channel is one of them.
            init(channelMax: UInt16 = 2_047) async throws {
                let broker = try ScriptedBroker {
                    $0.heldDeliveries = 2
                    $0.channelMax = channelMax
                }
                let session = AMQPSession(broker.configuration)
                await session.start()
                let peer = try await broker.accept()
                try await peer.handshake()
                let serving = Task { try await peer.serve(until: \.isConsume) }
                try await session.waitUntilConnected(timeout: .seconds(30))
                async let consumer = session.consume(AMQPConsumer.Request(queue: "q", prefetch: 2))
                let (channel, method) = try await serving.value
                guard case .basicConsume(let consume) = method else { throw ScriptFailure("\(method)") }
                try await peer.send(.basicConsumeOk(consumerTag: consume.consumerTag), channel)
                (self.session, self.peer, self.channel, tag) = (session, peer, channel, consume.consumerTag)
                self.consumer = try await consumer
            }

            mutating func deliver(_ texts: String...) async throws -> [AMQPDelivery] {
                for text in texts {
                    number += 1
                    let deliver = BasicDeliver(
                        consumerTag: tag, deliveryTag: number, redelivered: false, exchange: "", routingKey: "q")
                    let channel = channel
                    try await peer.send { (encoder) throws(WireError) in
                        try encoder.method(.basicDeliver(deliver), channel: channel)
                        try encoder.header(ContentHeader(bodySize: 1, properties: BasicProperties()), channel: channel)
                        encoder.body(Array(text.utf8), channel: channel)
                    }
                }
                var deliveries: [AMQPDelivery] = []
                while deliveries.count < texts.count {
                    deliveries += try await consumer.next(upTo: texts.count - deliveries.count)
                }
                return deliveries
            }

            /// - Parameter consumers: how many consumers the queue has, when the broker is asked.
            mutating func holdMore(consumers: UInt32 = 1) async throws {
                let consumer = consumer
                let holding = Task { try await consumer.holdMore(2) }
                let (next, method) = try await peer.serve(until: \.isConsume)
                guard case .basicConsume(let consume) = method else { throw ScriptFailure("\(method)") }
                try await peer.send(.basicConsumeOk(consumerTag: consume.consumerTag), next)
                let (ended, cancel) = try await peer.serve { if case .basicCancel = $0 { true } else { false } }
                #expect(ended == channel, "the consumer before ends after the next one has begun")
                #expect(cancel == .basicCancel(consumerTag: tag, noWait: false))
                try await peer.send(.basicCancelOk(consumerTag: tag), ended)
                if next != channel, !isAsked {
                    isAsked = true
                    try await peer.serve { if case .queueDeclare = $0 { true } else { false } }
                    let answer = QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: consumers)
                    try await peer.send(.queueDeclareOk(answer), next)
                }
                try await holding.value
                if next != channel { number = 0 }
                (channel, tag) = (next, consume.consumerTag)
            }
            private var isAsked = false

            /// What the client says until it has closed the consumer.
            ///
            /// - Parameter counts: how many consumers the queue has, each time that the broker is asked.
            func closing(counts: [UInt32] = []) async throws -> [String] {
                var counts = counts[...]
                let (consumer, peer) = (consumer, peer)
                let isClosed = Latch<Void>()
                let closing = Task {
                    await consumer.close()
                    isClosed.set(())
                    await session.close()
                }
                var words: [String] = []
                while true {
                    let (channel, method) = try await peer.serve {
                        switch $0 {
                        case .basicNack, .channelClose, .connectionClose, .basicCancel, .queueDeclare: true
                        default: false
                        }
                    }
                    switch method {
                    case .basicNack(let tag, let multiple, let requeue):
                        words.append("give back \(tag) \(multiple) \(requeue) of \(channel)")
                    case .basicCancel: words.append("cancel on \(channel)")
                    case .queueDeclare:
                        let count = counts.popFirst() ?? 0
                        words.append("count \(count) on \(channel)")
                        let answer = QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: count)
                        try await peer.send(.queueDeclareOk(answer), channel)
                        continue
                    case .channelClose: words.append("close \(channel)")
                    default:
                        #expect(isClosed.value != nil)
                        try await peer.send(.connectionCloseOk)
                        await closing.value
                        return words
                    }
                    if let answer = method.usualAnswer { try await peer.send(answer, channel) }
                }
            }

            func acknowledgement() async throws -> String {
                let (channel, method) = try await peer.serve { if case .basicAck = $0 { true } else { false } }
                guard case .basicAck(let number, let multiple) = method else { throw ScriptFailure("\(method)") }
                return "\(number)\(multiple ? " and before" : "") of \(channel)"
            }
        }

        @Test("each page is held by a channel of its own, whose deliveries are settled there, under numbers that go on")
        func channels() async throws {
            var setting = try await Setting()
            let first = setting.channel
            var held = try await setting.deliver("a", "b")
            try await setting.holdMore()
            held += try await setting.deliver("c", "d")
            try await setting.holdMore()
            held += try await setting.deliver("e")
            #expect(held.map(\.text) == ["a", "b", "c", "d", "e"])
            #expect(held.map(\.tag.number) == [1, 2, 3, 4, 5])
            #expect(Set(held.map(\.tag.epoch)).count == 1)
            #expect(await setting.session.holdings(of: "q") == (1, 5))
            try await setting.consumer.settle([held[3].tag], .acknowledge)
            #expect(try await setting.acknowledgement() == "2 of \(first + 1)")
            try await setting.consumer.settle([held[4].tag, held[1].tag, held[0].tag], .acknowledge)
            #expect(try await setting.acknowledgement() == "1 of \(first + 2)")
            #expect(try await setting.acknowledgement() == "2 and before of \(first)")
            // Settled twice: nothing is sent.
            try await setting.consumer.settle([held[3].tag], .acknowledge)
            #expect(
                try await setting.closing() == [
                    "give back 0 true true of \(first + 1)", "close \(first + 1)", "close \(first)",
                    "close \(first + 2)",
                ], "the channel that consumes is the last")
        }

        @Test("where the queue counts ended consumers, the oldest go back first, and one channel waits for another")
        func oldestFirst() async throws {
            var setting = try await Setting()
            let first = setting.channel
            _ = try await setting.deliver("a", "b")
            try await setting.holdMore(consumers: 2)
            _ = try await setting.deliver("c", "d")
            try await setting.holdMore(consumers: 2)
            _ = try await setting.deliver("e")
            let last = first + 2
            #expect(
                try await setting.closing(counts: [3, 3, 3, 2, 1]) == [
                    "cancel on \(last)", "count 3 on \(last)", "close \(first)", "count 3 on \(last)",
                    "count 3 on \(last)", "count 2 on \(last)", "close \(first + 1)", "count 1 on \(last)",
                    "close \(last)",
                ])
        }

        @Test("when half of the connection's channels are in use, the last one holds what follows")
        func fewChannels() async throws {
            var setting = try await Setting(channelMax: 6)
            let first = setting.channel
            var channels: [UInt16] = []
            var numbers: [UInt64] = []
            for text in ["a", "b", "c"] {
                channels.append(setting.channel)
                numbers += try await setting.deliver(text, text).map(\.tag.number)
                try await setting.holdMore()
            }
            channels.append(setting.channel)
            #expect(channels == [first, first + 1, first + 1, first + 1])
            #expect(numbers == [1, 2, 3, 4, 5, 6])
            let last = try await setting.deliver("d")
            #expect(last.map(\.tag.number) == [7])
            try await setting.consumer.settle(last.map(\.tag), .acknowledge)
            #expect(try await setting.acknowledgement() == "5 of \(first + 1)")
            _ = try await setting.closing()
        }

        @Test("when the broker closes a channel before the current one, nothing is taken any more that may come twice")
        func lostChannel() async throws {
            var setting = try await Setting()
            let first = setting.channel
            let held = try await setting.deliver("a", "b")
            try await setting.holdMore()
            let (consumer, peer) = (setting.consumer, setting.peer)
            try await peer.send(
                .channelClose(CloseReason(replyCode: 406, replyText: "PRECONDITION_FAILED - timeout")), first)
            try await peer.serve(until: \.isChannelCloseOk)
            async let again = consumer.next(upTo: 2)
            let (channel, method) = try await peer.serve(until: \.isConsume)
            guard case .basicConsume(let consume) = method else { throw ScriptFailure("\(method)") }
            try await peer.send(.basicConsumeOk(consumerTag: consume.consumerTag), channel)
            (setting.channel, setting.tag) = (channel, consume.consumerTag)
            let deliver = BasicDeliver(
                consumerTag: consume.consumerTag, deliveryTag: 1, redelivered: true, exchange: "", routingKey: "q")
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(.basicDeliver(deliver), channel: channel)
                try encoder.header(ContentHeader(bodySize: 1, properties: BasicProperties()), channel: channel)
                encoder.body(Array("a".utf8), channel: channel)
            }
            let deliveries = try await again
            #expect(deliveries.map(\.text) == ["a"])
            #expect(deliveries[0].tag.epoch != held[0].tag.epoch)
            _ = try await setting.closing()
        }

        @Test("closing waits for a broker that takes long to take back what is held, longer than for an answer")
        func patience() async throws {
            let broker = try ScriptedBroker { $0.requestTimeout = .milliseconds(50) }
            let session = AMQPSession(broker.configuration)
            await session.start()
            let peer = try await broker.accept()
            try await peer.handshake()
            let serving = Task { try await peer.serve(until: \.isChannelClose) }
            try await session.waitUntilConnected(timeout: .seconds(30))
            let consumer = try await session.consume(AMQPConsumer.Request(queue: "q", prefetch: 2))
            let isClosed = Latch<Void>()
            let closing = Task {
                await consumer.close()
                isClosed.set(())
            }
            let channel = try await serving.value.channel
            // A request of another channel that is not answered is given up meanwhile.
            let other = Task { await failure { try await session.withChannel { (_: AMQPChannel) in } } }
            try await peer.serve { if case .channelOpen = $0 { true } else { false } }
            #expect(await other.value?.code == .timedOut)
            #expect(isClosed.value == nil)
            try await peer.send(.channelCloseOk, channel)
            await closing.value
            let ending = Task { try await peer.serve(until: \.isConnectionCloseOk) }
            await session.close()
            _ = await ending.result
        }
    }
}

import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("What waits to be published")
    struct BackPressureTests {
        /// A channel in confirm mode, and the peer of its connection.
        private func channel(
            _ change: (inout AMQPConfiguration) -> Void
        ) async throws -> (AMQPConnection, AMQPChannel, AMQPPeer) {
            let (connection, peer) = try await ScriptedBroker {
                $0.sendTimeout = .seconds(60)
                change(&$0)
            }.connect()
            let serving = Task { try await peer.serve(until: \.isConfirmSelect) }
            let channel = try await connection.openChannel()
            async let selected: Void = channel.confirmSelect()
            try await peer.send(.confirmSelectOk, try await serving.value.channel)
            try await selected
            return (connection, channel, peer)
        }

        @Test("goes out when the broker blocks no more, in order")
        func unblocked() async throws {
            let (connection, channel, peer) = try await channel { _ in }
            try await peer.send(.connectionBlocked(reason: "low on disk"))
            await connection.waitWhileBlockedReason(is: nil)
            async let outcomes = channel.publish([.text("1", to: "first"), .text("2", to: "second")])
            // Answered while publishing is not possible, so that the publishing is under way.
            async let other: Void = connection.withChannel { _ in }
            try await peer.serve(until: \.isChannelOpen)
            try await peer.send(.channelOpenOk, channel.number + 1)
            try await peer.serve(until: \.isChannelClose)
            try await peer.send(.channelCloseOk, channel.number + 1)
            try await other
            try await peer.send(.connectionUnblocked)
            for queue in ["first", "second"] {
                guard case .basicPublish(let publish) = try await peer.serve(until: \.isPublish).method else { return }
                #expect(publish.routingKey == queue)
            }
            try await peer.send(.basicAck(deliveryTag: 2, multiple: true), channel.number)
            #expect(await outcomes == [.confirmed, .confirmed])
        }

        @Test("waits while the broker has stopped the channel's flow, which is answered")
        func flow() async throws {
            let (_, channel, peer) = try await channel { _ in }
            func stopOrGo(_ isActive: Bool) async throws {
                try await peer.send(.channelFlow(active: isActive), channel.number)
                try await peer.serve { if case .channelFlowOk(active: isActive) = $0 { true } else { false } }
            }
            try await stopOrGo(false)
            async let outcomes = channel.publish([.text("a", to: "q")])
            try await stopOrGo(true)
            try await peer.serve(until: \.isPublish)
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), channel.number)
            #expect(await outcomes == [.confirmed])
        }

        @Test("has failed when the connection ends, and what was sent of the same batch is unknown")
        func partlySent() async throws {
            let (_, channel, peer) = try await channel { $0.unconfirmedMessages = 2 }
            let messages = (1...4).map { AMQPOutgoing.text("\($0)", to: "q") }
            async let outcomes = channel.publish(messages)
            for _ in 1...2 { try await peer.serve(until: \.isPublish) }
            try await peer.send(.basicAck(deliveryTag: 1, multiple: false), channel.number)
            try await peer.serve(until: \.isPublish)
            peer.connection.reset()
            let ended = await outcomes
            #expect(ended[0] == .confirmed)
            #expect(ended[1...2].map { $0.unknownReason?.code } == [.connectionLost, .connectionLost])
            #expect(ended[3].failedReason?.code == .connectionLost)
        }

        @Test("a confirm that comes after its deadline changes no outcome and makes room", arguments: [true, false])
        func lateConfirm(isPositive: Bool) async throws {
            let (_, channel, peer) = try await channel {
                $0.unconfirmedMessages = 1
                $0.confirmTimeout = .milliseconds(50)
            }
            async let first = channel.publish([.text("1", to: "q")])
            try await peer.serve(until: \.isPublish)
            #expect(await first.map { $0.unknownReason?.code } == [.timedOut])
            async let second = channel.publish([.text("2", to: "q")])
            try await peer.send(
                isPositive
                    ? .basicAck(deliveryTag: 1, multiple: false)
                    : .basicNack(deliveryTag: 1, multiple: false, requeue: false), channel.number)
            // There is room for it only now. It may be late itself.
            try await peer.serve(until: \.isPublish)
            try await peer.send(.basicAck(deliveryTag: 2, multiple: false), channel.number)
            let outcome = await second[0]
            #expect(outcome == .confirmed || outcome.unknownReason?.code == .timedOut)
        }

        @Test("is bounded in number; what is above fails at once")
        func waitingMessages() async throws {
            let (connection, channel, peer) = try await channel {
                $0.waitingMessages = 3
                $0.sendTimeout = .seconds(3)
            }
            try await peer.send(.connectionBlocked(reason: "low on disk"))
            await connection.waitWhileBlockedReason(is: nil)
            let outcomes = await withTaskGroup { group in
                for _ in 1...4 {
                    group.addTask { await channel.publish([.text("1", to: "q"), .text("2", to: "q")]) }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            let reasons = outcomes.compactMap { $0.failedReason?.message }
            #expect(reasons.count == 8)
            #expect(reasons.count { $0.contains("wait to be sent already") } == 6)
            #expect(reasons.count { $0.contains("low on disk") } == 2)
        }
    }
}

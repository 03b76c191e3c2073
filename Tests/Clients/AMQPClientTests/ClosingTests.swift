import AMQPClient
import AMQPWire
import TestSupport
import Testing

extension ClientTests {
    @Suite("Closing, also from both sides at once")
    struct ClosingTests {
        @Test("what follows the broker's connection.close is ignored, and the close is answered")
        func framesAfterConnectionClose() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let reason = CloseReason(replyCode: 320, replyText: "CONNECTION_FORCED - maintenance")
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(.connectionClose(reason), channel: 0)
                try encoder.method(.basicAck(deliveryTag: 1, multiple: false), channel: 9)
                try encoder.method(.connectionTune(Tuning(channelMax: 0, frameMax: 0, heartbeat: 0)), channel: 0)
            }
            try await peer.serve(until: \.isConnectionCloseOk)
            let ended = await connection.waitUntilEnded()
            #expect(ended?.code == .connectionClosed)
            #expect(ended?.replyCode == 320)
        }

        @Test("the broker's channel.close fails what waits on the channel and leaves the connection")
        func channelClosedByBroker() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let serving = Task { try await peer.serve(until: \.isPublish) }
            let channel = try await connection.openChannel()
            async let outcomes = channel.publish([.text("a", to: "q")])
            let publish = try await serving.value
            try await peer.send(.channelClose(CloseReason(replyCode: 404, replyText: "NOT_FOUND")), publish.channel)
            try await peer.serve(until: \.isChannelCloseOk)
            #expect(await outcomes.map { $0.unknownReason?.code } == [.notFound])
            #expect(channel.endReason?.replyCode == 404)
            #expect(await channel.publish([.text("b", to: "q")]).map { $0.failedReason?.code } == [.notFound])
            async let opening = peer.serve(until: \.isChannelOpen)
            async let opened = connection.openChannel()
            let open = try await opening
            try await peer.send(.channelOpenOk, open.channel)
            #expect(try await opened.endReason == nil)
        }

        @Test("frames on a channel that the broker has closed end the connection")
        func framesAfterChannelClose() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let serving = Task { try await peer.serve(until: \.isConnectionClose) }
            let channel = try await connection.openChannel()
            let number = channel.number
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(.channelClose(CloseReason(replyCode: 406, replyText: "no")), channel: number)
                try encoder.method(.basicAck(deliveryTag: 1, multiple: false), channel: number)
            }
            _ = try await serving.value
            try await peer.send(.connectionCloseOk)
            #expect(await connection.waitUntilEnded()?.code == .protocolViolation)
            #expect(channel.endReason?.code == .preconditionFailed)
        }

        @Test("what comes between the client's channel.close and its answer is ignored")
        func framesWhileChannelCloses() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let serving = Task { try await peer.serve(until: \.isChannelClose) }
            let channel = try await connection.openChannel()
            async let closed: Void = channel.close()
            let close = try await serving.value
            try await peer.send { (encoder) throws(WireError) in
                try encoder.method(.basicAck(deliveryTag: 1, multiple: false), channel: close.channel)
                encoder.body([1, 2, 3], channel: close.channel)
                try encoder.method(.channelCloseOk, channel: close.channel)
            }
            await closed
            #expect(channel.endReason?.code == .closed)
            #expect(await connection.endReason == nil)
        }

        @Test("both sides close the connection at once")
        func crossingConnectionClose() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            async let closed: Void = connection.close()
            try await peer.serve(until: \.isConnectionClose)
            try await peer.send(.connectionClose(CloseReason(replyCode: 320, replyText: "maintenance")))
            try await peer.serve(until: \.isConnectionCloseOk)
            await closed
            #expect(await connection.endReason?.code == .closed)
        }

        @Test("both sides close a channel at once: a late close-ok does not meet the next channel")
        func crossingChannelClose() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            let serving = Task { try await peer.serve(until: \.isChannelClose) }
            let channel = try await connection.openChannel()
            async let closed: Void = channel.close()
            let close = try await serving.value
            try await peer.send(.channelClose(CloseReason(replyCode: 404, replyText: "NOT_FOUND")), close.channel)
            try await peer.serve(until: \.isChannelCloseOk)
            await closed
            // The next channel is asked for before the broker has answered the close.
            async let opened = connection.openChannel()
            let open = try await peer.serve(until: \.isChannelOpen)
            try await peer.send(.channelCloseOk, close.channel)
            try await peer.send(.channelOpenOk, open.channel)
            #expect(try await opened.endReason == nil)
            // After the answer its number is free again.
            async let third = connection.openChannel()
            let reopened = try await peer.serve(until: \.isChannelOpen)
            #expect(reopened.channel == close.channel)
            try await peer.send(.channelOpenOk, reopened.channel)
            #expect(try await third.endReason == nil)
            #expect(await connection.endReason == nil)
        }

        @Test("a broker that does not answer connection.close is left after the timeout")
        func unansweredClose() async throws {
            let (connection, peer) = try await ScriptedBroker().connect()
            await connection.close(timeout: .milliseconds(50))
            #expect(await connection.endReason?.code == .closed)
            try await peer.untilEnd()
        }
    }
}

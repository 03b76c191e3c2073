import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// A reader that holds a whole queue and settles some of it.
@Suite("Many held messages", .timeLimit(.minutes(5)))
struct HeldPagesTests {
    private static let page = 512

    /// Reads `count` messages page by page, and acknowledges every third.
    private func pass(_ consumer: any Consumer, _ count: Int, removing: Bool) async throws -> [String] {
        var texts: [String] = []
        var held = 0
        while texts.count < count {
            let deliveries = try await consumer.patiently(min(Self.page - held, 100, count - texts.count))
            texts += deliveries.map(\.text)
            held += deliveries.count
            if held == Self.page, texts.count < count {
                try await consumer.holdMore(Self.page)
                held = 0
            }
            guard removing else { continue }
            let third = deliveries.filter { Int($0.text).map { $0 % 3 == 1 } ?? false }
            // Those of the page before are settled too, and make no room in the next one.
            if held > 0 { held -= third.count }
            try await consumer.settle(third.map(\.tag), .acknowledge)
        }
        return texts
    }

    @Test(
        "of 20,000 messages a third is removed while all are held, and the others are in their order",
        arguments: [RabbitMQConfiguration.QueueType.classic, .quorum])
    func filtered(_ type: RabbitMQConfiguration.QueueType) async throws {
        let node = try await RabbitMQNode.shared()
        let queue = Names()("many")
        let broker = await RabbitMQBroker(try .of(node) { $0.queueType = type })
        try await broker.declare(Queue(name: queue))
        let all = (0..<20_000).map(String.init)
        for start in stride(from: 0, to: all.count, by: 2_000) {
            let outcomes = try await broker.publish(Array(all[start..<start + 2_000]), to: queue)
            try #require(outcomes.allSatisfy { $0 == .confirmed })
        }
        let first = try await broker.consume(queue, prefetch: Self.page)
        let seen = try await pass(first, all.count, removing: true)
        #expect(seen == all)
        await first.close()
        let left = all.filter { Int($0).map { $0 % 3 != 1 } ?? false }
        if type == .classic {
            #expect(
                try await broker.status(of: [queue])[queue]
                    == QueueStatus(ready: left.count, unacknowledged: 0, consumers: 0),
                "all is back when the consumer is closed")
        }
        for round in 1...2 {
            let again = try await broker.consume(queue, prefetch: Self.page)
            let seen = try await pass(again, left.count, removing: false)
            #expect(seen == left, "round \(round)")
            await again.close()
        }
        await broker.close()
    }

    @Test("what a reader held whose connection ends is all there, in order, when the next reader has begun")
    func lostConnection() async throws {
        let node = try await RabbitMQNode.shared()
        let queue = Names()("lost")
        let (reader, broker) = (await RabbitMQBroker(try .of(node)), await RabbitMQBroker(try .of(node)))
        try await broker.declare(Queue(name: queue))
        let all = (0..<20_000).map(String.init)
        for start in stride(from: 0, to: all.count, by: 2_000) {
            let outcomes = try await broker.publish(Array(all[start..<start + 2_000]), to: queue)
            try #require(outcomes.allSatisfy { $0 == .confirmed })
        }
        let lost = try await reader.consume(queue, prefetch: Self.page)
        _ = try await pass(lost, 15_000, removing: false)
        await reader.close()
        let next = try await broker.consume(queue, prefetch: 1)
        #expect(try await broker.status(of: [queue])[queue]?.ready == all.count - 1)
        await next.close()
        let again = try await broker.consume(queue, prefetch: Self.page)
        let seen = try await pass(again, all.count, removing: false)
        #expect(seen == all)
        await broker.close()
    }
}

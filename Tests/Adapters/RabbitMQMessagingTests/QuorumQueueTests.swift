import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

@Suite("Quorum queues", .timeLimit(.minutes(5)))
struct QuorumQueueTests {
    @Test("a consumer of a quorum queue may hold more than its prefetch, and gives all back at its end")
    func holdingMore() async throws {
        let node = try await RabbitMQNode.shared()
        let queue = Names()("held")
        let broker = await RabbitMQBroker(try .of(node) { $0.queueType = .quorum })
        try await broker.declare(Queue(name: queue))
        let texts = (1...10).map(String.init)
        #expect(try await broker.publish(texts, to: queue).allSatisfy { $0 == .confirmed })
        let consumer = try await broker.consume(queue, prefetch: 4)
        var held = try await consumer.patiently(4)
        try await consumer.holdMore(4)
        held += try await consumer.patiently(4)
        try await consumer.holdMore(8)
        held += try await consumer.patiently(2)
        #expect(held.map(\.text) == texts)
        await consumer.close()
        let again = try await broker.consume(queue, prefetch: 20).patiently(10)
        #expect(again.map(\.text) == texts)
        await broker.close()
    }

    @Test("a message waits in its delay queue while its work queue is full and rejects publishers")
    func fullTarget() async throws {
        let node = try await RabbitMQNode.shared()
        // The default is three minutes.
        _ = try await node.control(
            "eval", "application:set_env(rabbit, dead_letter_worker_publisher_confirm_timeout, 500).")
        let name = Names()
        let (work, delay) = (name("work"), name("delay"))
        let broker = await RabbitMQBroker(try .of(node) { $0.queueType = .quorum })
        try await broker.declare(
            Topology(
                exchanges: [],
                queues: [
                    Queue(name: work, maxLength: 1, overflow: .rejectPublish),
                    Queue(name: delay, messageTTL: 50, deadLetterExchange: "", deadLetterRoutingKey: work),
                ], bindings: []))
        // A quorum queue can exceed its length by one or two messages.
        try await eventually("a full queue") { try await broker.publish(["before"], to: work) != [.confirmed] }
        #expect(try await broker.publish(["returns"], to: delay) == [.confirmed])
        try await eventually("the end of its delay") { try await broker.status(of: [delay])[delay]?.ready == 0 }
        let consumer = try await broker.consume(work, prefetch: 1)
        var texts: [String] = []
        while texts.last != "returns" {
            let delivery = try await consumer.patiently(1)
            texts += delivery.map(\.text)
            try await consumer.settle(delivery.map(\.tag), .acknowledge)
        }
        #expect(texts.dropLast().allSatisfy { $0 == "before" })
        await broker.close()
    }
}

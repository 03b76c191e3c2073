import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

@Suite("How full queues are on RabbitMQ", .timeLimit(.minutes(5)))
struct RabbitMQBrokerStatusTests {
    @Test("what this broker's consumers hold is counted; where others consume as well, nobody claims to know")
    func unacknowledged() async throws {
        let node = try await RabbitMQNode.shared()
        let queue = Names()("queue")
        let (first, second) = (await RabbitMQBroker(try .of(node)), await RabbitMQBroker(try .of(node)))
        try await first.declare(Queue(name: queue))
        #expect(try await first.publish(["1", "2", "3", "4", "5"], to: queue).allSatisfy { $0 == .confirmed })
        #expect(
            try await first.status(of: [queue]) == [queue: QueueStatus(ready: 5, unacknowledged: 0, consumers: 0)])
        let consumer = try await first.consume(queue, prefetch: 3)
        let held = try await consumer.patiently(1)
        try await eventually("three of five are held") {
            try await first.status(of: [queue]) == [queue: QueueStatus(ready: 2, unacknowledged: 3, consumers: 1)]
        }
        #expect(
            try await second.status(of: [queue]) == [queue: QueueStatus(ready: 2, unacknowledged: nil, consumers: 1)])
        try await consumer.settle(held.map(\.tag), .acknowledge)
        try await eventually("three of four are held") {
            try await first.status(of: [queue]) == [queue: QueueStatus(ready: 1, unacknowledged: 3, consumers: 1)]
        }
        await first.close()
        await second.close()
    }
}

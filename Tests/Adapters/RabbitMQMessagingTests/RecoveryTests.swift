import AMQPClient
import EventLoops
import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// Each test has a node of its own, because it stops the node.
@Suite("When RabbitMQ goes away and comes back", .serialized, .timeLimit(.minutes(5)))
struct RecoveryTests {
    private let queue = "work"

    private func broker(
        _ node: RabbitMQNode, _ change: (inout RabbitMQConfiguration) -> Void = { _ in }
    ) async throws -> RabbitMQBroker {
        await RabbitMQBroker(
            try .of(node) { configuration in
                configuration.connection.backoff.maximum = .milliseconds(200)
                change(&configuration)
            })
    }

    @Test("kill -9 of the node: what was confirmed is there, consuming resumes, old tags are ignored")
    func killed() async throws {
        let node = try await RabbitMQNode.start()
        let broker = try await broker(node)
        try await broker.declare(Queue(name: queue))
        let publisher = try await broker.makePublisher()
        #expect(try await broker.publish(["1", "2", "3"], to: queue) == [.confirmed, .confirmed, .confirmed])
        let consumer = try await broker.consume(queue, prefetch: 10)
        let held = try await consumer.patiently(3)
        try await node.saveDefinitions()
        try await node.kill()
        // Publishing fails at once rather than waiting for a broker that is away.
        let lost = Publication(exchange: "", routingKey: queue, message: Message(body: [0]))
        try await eventually("publishing fails") {
            await publisher.publish([lost])[0].failure?.code == .unavailable
        }
        try await node.start()
        let again = try await consumer.patiently(3)
        #expect(again.map(\.text) == ["1", "2", "3"])
        #expect(again.allSatisfy { $0.redelivered })
        #expect(again[0].tag.epoch > held[0].tag.epoch)
        // Tags of the old connection must neither settle another message nor break the channel.
        try await consumer.settle(held.map(\.tag), .acknowledge)
        try await consumer.settle([again[0].tag], .acknowledge)
        await consumer.close()
        try await eventually("2 ready") { try await broker.status(of: [queue])[queue]?.ready == 2 }
        try await eventually("publishing works") { try await broker.publish(["4"], to: queue) == [.confirmed] }
        await broker.close()
    }

    @Test("connections that an operator closes come back")
    func connectionsClosed() async throws {
        let node = try await RabbitMQNode.start()
        let broker = try await broker(node)
        try await broker.declare(Queue(name: queue))
        let consumer = try await broker.consume(queue, prefetch: 10)
        for round in 0..<2 {
            #expect(try await node.control("close_all_connections", "maintenance").status == 0)
            try await eventually("publishing works") {
                try await broker.publish(["\(round)"], to: queue) == [.confirmed]
            }
            let deliveries = try await consumer.patiently(1)
            #expect(deliveries.map(\.text) == ["\(round)"])
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
        }
        await broker.close()
    }

    @Test("a memory alarm blocks publishing in a bounded time, and not consuming")
    func blocked() async throws {
        let node = try await RabbitMQNode.start()
        let broker = try await broker(node) { $0.connection.sendTimeout = .milliseconds(300) }
        try await broker.declare(Queue(name: queue))
        #expect(try await broker.publish(["1", "2"], to: queue) == [.confirmed, .confirmed])
        let consumer = try await broker.consume(queue, prefetch: 10)
        try await node.setMemoryAlarm(true)
        // The first message after the alarm may already be under way when the broker reports it, and stays unconfirmed.
        try await eventually("publishing is blocked") {
            try await broker.publish(["x"], to: queue)[0].failure?.code == .blocked
        }
        let held = try await consumer.patiently(2)
        #expect(held.map(\.text) == ["1", "2"])
        try await consumer.settle(held.map(\.tag), .acknowledge)
        try await node.setMemoryAlarm(false)
        try await eventually("publishing works") { try await broker.publish(["3"], to: queue) == [.confirmed] }
        await broker.close()
    }

    @Test("heartbeats detect a node that falls silent, and the node is used again when it goes on")
    func silent() async throws {
        let node = try await RabbitMQNode.start()
        let broker = try await broker(node) { configuration in
            configuration.connection.heartbeat = .seconds(1)
            configuration.connection.connectTimeout = .seconds(1)
            configuration.connection.confirmTimeout = .seconds(1)
        }
        try await broker.declare(Queue(name: queue))
        let consumer = try await broker.consume(queue, prefetch: 10)
        try await node.pause()
        try await eventually("consuming fails") {
            await consumer.failureOfNext()?.code == .unavailable
        }
        try await node.resume()
        try await eventually("publishing works") { try await broker.publish(["1"], to: queue) == [.confirmed] }
        #expect(try await consumer.patiently(1).map(\.text) == ["1"])
        await broker.close()
    }

    @Test("a broker that is away at the start is used, with its topology, when it comes")
    func late() async throws {
        let node = try await RabbitMQNode.start()
        try await node.stop()
        let topology = PipelineTopology.topology()
        let broker = await RabbitMQBroker(
            try .of(node) { $0.connection.backoff.maximum = .milliseconds(200) }, expecting: topology)
        let error = try await #require(throws: MessagingError.self) { try await broker.declare(topology) }
        #expect(error.code == .unavailable)
        let publisher = try await broker.makePublisher()
        let event = Publication(
            exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
            message: Message(body: [1]))
        #expect(await publisher.publish([event])[0].failure != nil)
        try await node.start()
        try await eventually("publishing works") { await publisher.publish([event]) == [.confirmed] }
        await broker.close()
    }
}

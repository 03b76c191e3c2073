import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// Where versions of RabbitMQ differ: each test says the same of all of them, or names the version.
@Suite("Versions of RabbitMQ", .timeLimit(.minutes(5)))
struct VersionsTests {
    let name = Names()

    /// The first number of the node's version.
    private func version(_ node: RabbitMQNode) async throws -> Int {
        let result = try await node.control("version")
        let line = try #require(result.output.split(separator: "\n").last, "\(result)")
        return try #require(Int(line.prefix { $0.isNumber }), "\(result)")
    }

    @Test("a message that has expired in a queue comes back to it from a delay queue, without the broker's headers")
    func expiredOnce() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(try .of(node))
        let (work, delay, dead) = (name("work"), name("delay"), name("dead"))
        try await broker.declare(
            Queue(name: work, deadLetterExchange: "", deadLetterRoutingKey: dead),
            Queue(name: delay, messageTTL: 50, deadLetterExchange: "", deadLetterRoutingKey: work), Queue(name: dead))
        let publisher = try await broker.makePublisher()
        let expiring = Publication("a", to: work, properties: MessageProperties(expiration: 20))
        #expect(await publisher.publish([expiring]) == [.confirmed])
        var letter = try await broker.consume(dead, prefetch: 1).patiently(1)[0].message
        #expect(letter.properties.headers["x-death"] != nil)
        // As it is, RabbitMQ 3 takes it for a message that circulates, and drops it without a word.
        letter.body = Array("as it is".utf8)
        let again = Publication(exchange: "", routingKey: delay, message: letter)
        letter.body = Array("cleaned".utf8)
        letter.properties.headers.removeBrokerDeaths()
        let cleaned = Publication(exchange: "", routingKey: delay, message: letter)
        #expect(await publisher.publish([again, cleaned]) == [.confirmed, .confirmed])
        let expected = try await version(node) < 4 ? ["cleaned"] : ["as it is", "cleaned"]
        let back = try await broker.consume(work, prefetch: 10).patiently(expected.count)
        #expect(back.map(\.text) == expected)
        await broker.close()
    }

    @Test("the broker's count of deaths in a message that is published again is no count of ours")
    func republishedDeaths() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(try .of(node))
        let (work, dead) = (name("work"), name("dead"))
        try await broker.declare(
            Queue(name: work, deadLetterExchange: "", deadLetterRoutingKey: dead), Queue(name: dead))
        let deaths = HeaderValue.array([
            .table([
                "queue": .string(work), "reason": .string("rejected"), "count": .integer(7), "exchange": .string(""),
                "routing-keys": .array([.string(work)]), "time": .timestamp(1_700_000_000),
            ])
        ])
        let publication = Publication("a", to: work, properties: MessageProperties(headers: ["x-death": deaths]))
        #expect(await (try broker.makePublisher()).publish([publication]) == [.confirmed])
        let consumer = try await broker.consume(work, prefetch: 1)
        try await consumer.settle(try await consumer.patiently(1).map(\.tag), .reject)
        let headers = try await broker.consume(dead, prefetch: 1).patiently(1)[0].message.properties.headers
        guard case .array(let entries)? = headers["x-death"], case .table(let death)? = entries.first else {
            throw TimedOut("x-death in \(headers)")
        }
        #expect(death["count"] == .integer(try await version(node) < 4 ? 8 : 1))
        await broker.close()
    }

    @Test("a message of more than 16 MiB, which RabbitMQ 4 refuses, is not confirmed there, and the next one is")
    func largeBody() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(try .of(node))
        let queue = name("queue")
        try await broker.declare(Queue(name: queue))
        let publisher = try await broker.makePublisher()
        var large = Publication("", to: queue)
        large.message.body = Array(repeating: 0x20, count: 17 << 20)
        let outcome = await publisher.publish([large])[0]
        #expect((outcome == .confirmed) == (try await version(node) < 4), "\(outcome)")
        try await eventually("publishing works") { try await broker.publish(["small"], to: queue) == [.confirmed] }
        await broker.close()
    }

    @Test("where a virtual host makes quorum queues by default, the topology is accepted, again and again")
    func defaultQueueType() async throws {
        let node = try await RabbitMQNode.shared()
        // RabbitMQ 3.10 has no such default.
        guard try await version(node) >= 4 else { return }
        let host = name("host")
        #expect(try await node.control("add_vhost", host, "--default-queue-type", "quorum").status == 0)
        #expect(try await node.control("set_permissions", "-p", host, "guest", ".*", ".*", ".*").status == 0)
        let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: "\(node.addresses.amqp)/\(host)"))
        let topology = PipelineTopology.topology()
        try await broker.declare(topology)
        try await broker.declare(topology)
        #expect(try await broker.inspect(topology).allSatisfy { $0.isGood })
        await broker.close()
    }

    @Test("what a quorum queue cannot be is refused by name: a queue of priorities")
    func quorumArguments() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()) { $0.queueType = .quorum })
        let queue = name("queue")
        let error = try await #require(throws: MessagingError.self) {
            try await broker.declare(Queue(name: queue, maxPriority: 3))
        }
        #expect(error.code == .failed)
        #expect(error.message.contains("x-max-priority"), "\(error)")
        #expect(try await broker.status(of: [queue]).isEmpty)
        await broker.close()
    }

    @Test("a quorum queue whose last consumer has gone has none, as the restoring of dead letters needs to know")
    func consumersOfQuorumQueue() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()) { $0.queueType = .quorum })
        let queue = name("queue")
        try await broker.declare(Queue(name: queue))
        let consumer = try await broker.consume(queue, prefetch: 1)
        #expect(try await broker.publish(["a"], to: queue) == [.confirmed])
        #expect(try await consumer.patiently(1).map(\.text) == ["a"])
        await consumer.close()
        try await eventually("no consumer") { try await broker.status(of: [queue])[queue]?.consumers == 0 }
        try await eventually("1 ready") { try await broker.status(of: [queue])[queue]?.ready == 1 }
        await broker.close()
    }
}

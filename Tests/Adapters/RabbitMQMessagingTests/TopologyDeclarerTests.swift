import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// Declares the topology as a plain client of another language does.
private let seed = """
    import pika, sys
    channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1])).channel()
    channel.exchange_declare('events.dlx', 'fanout', durable=True)
    channel.exchange_declare('events', 'fanout', durable=True)
    channel.queue_declare('events.dlq', durable=True, arguments={'x-message-ttl': 604800000})
    channel.queue_bind('events.dlq', 'events.dlx')
    for name in ('events.neo4j', 'events.qdrant'):
        channel.queue_declare(name, durable=True, arguments={
            'x-message-ttl': 86400000, 'x-dead-letter-exchange': 'events.dlx', 'x-max-length': 100000})
        channel.queue_bind(name, 'events')
    """

@Suite("Topology on RabbitMQ", .timeLimit(.minutes(5)))
struct TopologyDeclarerTests {
    let name = Names()

    @Test("a topology that another client declared with the same arguments is the same, in both directions")
    func equivalence() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(try .of(node))
        try await HelperProcess.python(seed, [node.addresses.amqp])
        let topology = PipelineTopology.topology()
        try await broker.declare(topology)
        try await HelperProcess.python(seed, [node.addresses.amqp])
        let findings = try await broker.inspect(topology)
        #expect(findings.allSatisfy { $0.isGood })
        #expect(findings.filter { $0.part == .queue }.allSatisfy { $0.state == .same })
        let arguments = try await node.management("queues/%2F/events.neo4j?columns=arguments,durable,type")
        #expect(arguments.contains(#""x-max-length":100000"#), "\(arguments)")
        #expect(arguments.contains(#""x-message-ttl":86400000"#), "\(arguments)")
        #expect(arguments.contains(#""x-dead-letter-exchange":"events.dlx""#), "\(arguments)")
        #expect(arguments.contains(#""durable":true"#), "\(arguments)")
        // There is no fourth argument; RabbitMQ 4 itself notes the type of every queue among them.
        let others = arguments.matches(of: /"x-[a-z-]+":/).filter { $0.output != "\"x-queue-type\":" }
        #expect(others.count == 3, "\(arguments)")
        #expect(!arguments.contains("x-queue-type") || arguments.contains(#""x-queue-type":"classic""#))
        let bindings = try await node.management("bindings/%2F/e/events/q/events.neo4j")
        #expect(bindings.contains(#""routing_key":"""#), "\(bindings)")
        await broker.close()
    }

    @Test("every argument that differs is named with both values, and nothing is created")
    func mismatch() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()))
        let (queue, other) = (name("queue"), name("other"))
        try await broker.declare(
            Queue(name: queue, messageTTL: 600_001, maxLength: 41, deadLetterExchange: "old", maxPriority: 3))
        let wanted = Queue(
            name: queue, messageTTL: 600_002, maxLength: 42, overflow: .rejectPublish, deadLetterExchange: "new",
            deadLetterRoutingKey: "key")
        let error = try await #require(throws: MessagingError.self) {
            try await broker.declare(Queue(name: other), wanted)
        }
        #expect(error.code == .topologyMismatch)
        for part in [
            queue, "x-message-ttl is '600001', expected '600002'", "x-max-length is '41', expected '42'",
            "x-dead-letter-exchange is 'old', expected 'new'",
            "x-dead-letter-routing-key is not set, expected 'key'",
            "x-overflow is not set, expected 'reject-publish'", "x-max-priority is '3', expected not set",
        ] {
            #expect(error.message.contains(part), "\(part) is not in: \(error.message)")
        }
        #expect(!error.message.contains("guest:guest"))
        #expect(try await broker.status(of: [queue, other]).keys.sorted() == [queue])
        await broker.close()
    }

    @Test("a classic queue is not a quorum queue")
    func types() async throws {
        let node = try await RabbitMQNode.shared()
        let classic = await RabbitMQBroker(try .of(node))
        let quorum = await RabbitMQBroker(try .of(node) { $0.queueType = .quorum })
        let queue = Queue(name: name("queue"), messageTTL: 60_000)
        try await classic.declare(queue)
        let error = try await #require(throws: MessagingError.self) { try await quorum.declare(queue) }
        #expect(error.code == .topologyMismatch)
        // RabbitMQ 4 notes the type of queues that were declared without one.
        #expect(error.message.contains(/x-queue-type is (not set|'classic'), expected 'quorum'/), "\(error)")
        await classic.close()
        await quorum.close()
    }

    @Test("a quorum queue is not a classic queue, and each argument that differs is named")
    func typesInTurn() async throws {
        let node = try await RabbitMQNode.shared()
        let classic = await RabbitMQBroker(try .of(node))
        let quorum = await RabbitMQBroker(try .of(node) { $0.queueType = .quorum })
        let queue = Queue(name: name("queue"), messageTTL: 60_000)
        try await quorum.declare(queue)
        let error = try await #require(throws: MessagingError.self) { try await classic.declare(queue) }
        #expect(error.code == .topologyMismatch)
        #expect(error.message.contains(/x-queue-type is 'quorum', expected (not set|'classic')/), "\(error)")
        #expect(error.message.contains("x-delivery-limit is '1000000000', expected not set"), "\(error)")
        await classic.close()
        await quorum.close()
    }

    @Test("the whole topology works on quorum queues, and a message that comes back often stays")
    func quorum() async throws {
        let node = try await RabbitMQNode.start()
        let broker = await RabbitMQBroker(try .of(node) { $0.queueType = .quorum })
        let topology = PipelineTopology.topology(overflow: .rejectPublish)
        try await broker.declare(topology)
        try await broker.declare(topology)
        let queue = PipelineTopology.graphQueue
        #expect(try await broker.publish(["often"], to: queue) == [.confirmed])
        let consumer = try await broker.consume(queue, prefetch: 1)
        for _ in 0..<30 {
            let delivery = try await consumer.patiently(1)[0]
            #expect(delivery.text == "often")
            try await consumer.settle([delivery.tag], .requeue)
        }
        let last = try await consumer.patiently(1)
        try await consumer.settle(last.map(\.tag), .reject)
        // The message came through the dead-letter exchange, at least once.
        let dead = try await broker.consume(PipelineTopology.deadLetterQueue, prefetch: 1)
        #expect(try await dead.patiently(1).map(\.text) == ["often"])
        await broker.close()
    }

    @Test("a name that RabbitMQ reserves is refused, and the connection stays open")
    func reserved() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()))
        let error = try await #require(throws: MessagingError.self) {
            try await broker.declare(Queue(name: "amq.mine"))
        }
        #expect(error.code == .failed)
        let queue = name("queue")
        try await broker.declare(Queue(name: queue))
        #expect(try await broker.status(of: [queue]).count == 1)
        await broker.close()
    }

    @Test("a header that RabbitMQ cannot read is refused by the client, and the connection stays open")
    func unreadableHeader() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()))
        let queue = name("queue")
        try await broker.declare(Queue(name: queue))
        let publisher = try await broker.makePublisher()
        let good = Publication(exchange: "", routingKey: queue, message: Message(body: [1]))
        var bad = good
        bad.message.properties.headers["score"] = .double(.infinity)
        let outcomes = await publisher.publish([good, bad, good])
        #expect(outcomes.map { $0 == .confirmed } == [true, false, true])
        guard case .unencodable = outcomes[1] else { throw TimedOut("a refusal: \(outcomes[1])") }
        await broker.close()
    }
}

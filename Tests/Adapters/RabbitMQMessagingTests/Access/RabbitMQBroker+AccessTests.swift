import AMQPClient
import EventLoops
import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// A virtual host and a user of their own, on the shared node.
private struct Shop {
    let node: RabbitMQNode
    let name: String

    init() async throws {
        node = try await RabbitMQNode.shared()
        name = "shop" + String(UInt64.random(in: 0 ... .max), radix: 36)
        try await node.addVirtualHost(name)
        try await node.setUser(name, password: "secret")
    }

    /// The pipeline's topology, made by an administrator.
    func declare(_ type: RabbitMQConfiguration.QueueType = .classic) async throws {
        let broker = await RabbitMQBroker(
            try RabbitMQConfiguration(url: node.address("/\(name)"), queueType: type))
        try await broker.declare(PipelineTopology.topology())
        await broker.close()
    }

    func broker(
        password: String = "secret", expecting topology: Topology? = nil,
        notify: @escaping @Sendable (RabbitMQNotice) -> Void = { _ in }
    ) async throws -> RabbitMQBroker {
        var configuration = try RabbitMQConfiguration(
            url: node.address(user: name, password: password, "/\(name)"))
        configuration.connection.backoff.maximum = .milliseconds(200)
        return await RabbitMQBroker(configuration, expecting: topology, notify: notify)
    }

    func refusal(of body: (RabbitMQBroker) async throws -> Void) async throws -> String {
        let broker = try await broker()
        let error = await #expect(throws: MessagingError.self) { try await body(broker) }
        await broker.close()
        #expect(error?.code == .refused)
        #expect(error?.message.contains("secret") == false)
        return error?.message ?? ""
    }
}

@Suite("What RabbitMQ lets a user do", .timeLimit(.minutes(5)))
struct RabbitMQBrokerAccessTests {
    private static let event = Publication(
        exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey, message: Message(body: [1]))

    @Test("a user who may read and write, but not configure, uses a complete topology")
    func withoutConfigure() async throws {
        let shop = try await Shop()
        try await shop.declare()
        try await shop.node.grant(shop.name, in: shop.name, write: "^(events|amq.default)", read: "^events")
        let notices = Recorder<RabbitMQNotice>()
        let topology = PipelineTopology.topology()
        let broker = try await shop.broker(expecting: topology) { notices.append($0) }
        try await broker.declare(topology)
        try await broker.checkAccess(
            publishingTo: [PipelineTopology.eventExchange, PipelineTopology.deadLetterExchange, ""],
            consuming: PipelineTopology.workQueues)
        #expect(await broker.publishingFailure() == nil)
        #expect(try await broker.makePublisher().publish([Self.event]) == [.confirmed])
        // Asking for the permission has neither published nor taken anything.
        for queue in PipelineTopology.workQueues {
            let deliveries = try await broker.consume(queue, prefetch: 10).patiently(1)
            #expect(deliveries.map(\.message.body) == [[1]])
            #expect(!deliveries[0].redelivered)
        }
        let findings = try await broker.inspect(topology)
        #expect(findings.allSatisfy { $0.isGood })
        #expect(
            findings.filter { $0.part == .queue }.allSatisfy {
                if case .unknown(let reason) = $0.state { reason.contains("permission to configure") } else { false }
            })
        await broker.close()
        #expect(notices.entries.isEmpty)
    }

    @Test("a part that is missing and may not be made is named, with the permission and the command")
    func missingPart() async throws {
        let shop = try await Shop()
        try await shop.node.grant(shop.name, in: shop.name, write: "^(events|amq.default)", read: "^events")
        let text = try await shop.refusal { try await $0.declare(PipelineTopology.topology()) }
        #expect(text.contains("the permission to configure exchange 'events.dlx', which is missing"), "\(text)")
        #expect(text.contains("rabbitmqctl set_permissions -p \(shop.name) \(shop.name) '^events'"), "\(text)")
        // The same while connecting.
        let broker = try await shop.broker(expecting: PipelineTopology.topology())
        let error = await #expect(throws: MessagingError.self) { try await broker.status(of: ["events.neo4j"]) }
        #expect(error?.code == .refused)
        // Publishing has a connection of its own.
        try await eventually("the refusal is known") { await broker.publishingFailure()?.code == .refused }
        await broker.close()
    }

    @Test(
        "a permission that is lacking to publish, to bind or to consume is named before an event needs it",
        arguments: [
            ("^events", "^events", "write to the default exchange, amq.default"),
            ("^(events[.]|amq.default)", "^events", "write to exchange 'events'"),
            ("^(events$|amq.default)", "^events", "write to queue 'events.dlq'"),
            ("^(events|amq.default)", "^events($|.dlx$)", "read queue 'events.neo4j'"),
        ])
    func lacking(_ write: String, _ read: String, _ permission: String) async throws {
        let shop = try await Shop()
        try await shop.declare()
        try await shop.node.grant(shop.name, in: shop.name, write: write, read: read)
        let text = try await shop.refusal { broker in
            try await broker.declare(PipelineTopology.topology())
            try await broker.checkAccess(
                publishingTo: [PipelineTopology.eventExchange, ""], consuming: PipelineTopology.workQueues)
        }
        #expect(text.contains("the permission to \(permission)"), "\(text)")
    }

    @Test("a virtual host without permissions, one that does not exist, and a limit of connections are refusals")
    func connecting() async throws {
        let shop = try await Shop()
        let denied = try await shop.refusal { _ = try await $0.status(of: ["q"]) }
        #expect(
            denied.contains("access to vhost") && denied.contains("lets the user into the virtual host"), "\(denied)")
        try await shop.node.grant(shop.name, in: shop.name, configure: ".*", write: ".*", read: ".*")
        try await shop.node.management(
            "user-limits/\(shop.name)/max-connections", method: "PUT", body: #"{"value":0}"#)
        let limited = try await shop.refusal { _ = try await $0.status(of: ["q"]) }
        #expect(limited.contains("limit (0)") && limited.contains("set_user_limits \(shop.name)"), "\(limited)")
        let lost = await RabbitMQBroker(try RabbitMQConfiguration(url: shop.node.address("/nowhere")))
        let error = await #expect(throws: MessagingError.self) { try await lost.status(of: ["q"]) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("rabbitmqctl add_vhost nowhere") == true)
        await lost.close()
    }

    @Test("queues of the other type are used as they are where no type is asked for")
    func eitherType() async throws {
        let shop = try await Shop()
        try await shop.declare(.quorum)
        let topology = PipelineTopology.topology()
        var configuration = try RabbitMQConfiguration(url: shop.node.address("/\(shop.name)"))
        configuration.acceptsEitherType = true
        let broker = await RabbitMQBroker(configuration, expecting: topology)
        try await broker.declare(topology)
        let findings = try await broker.inspect(topology)
        #expect(findings.filter { $0.part == .queue }.allSatisfy { $0.state == .same })
        #expect(findings.first { $0.part == .queue }?.wanted["x-queue-type"] == .string("quorum"))
        // A difference is named among the arguments of the type that is there.
        let shorter = PipelineTopology.topology(maxLength: 5)
        let error = await #expect(throws: MessagingError.self) { try await broker.declare(shorter) }
        #expect(error?.message.contains("x-max-length is '100000', expected '5'") == true)
        #expect(error?.message.contains("x-queue-type") == false)
        await broker.close()
    }
}

@Suite("Reports of refusals", .timeLimit(.minutes(5)))
struct RefusalWatchTests {
    @Test("a wrong password is reported once, not at each attempt, and so is the end of it")
    func toldOnce() async throws {
        let shop = try await Shop()
        try await shop.node.grant(shop.name, in: shop.name, configure: ".*", write: ".*", read: ".*")
        let notices = Recorder<RabbitMQNotice>()
        let broker = try await shop.broker(password: "other") { notices.append($0) }
        try await eventually("the refusal is told") { !notices.entries.isEmpty }
        // Several attempts later.
        try await Task.sleep(for: .seconds(1))
        #expect(notices.entries.count == 1)
        guard case .refused(let error)? = notices.entries.first else { throw TimedOut("a refusal") }
        #expect(error.message.contains("rabbitmqctl change_password \(shop.name)"))
        try await shop.node.setUser(shop.name, password: "other")
        try await eventually("its end is told") { notices.entries.last == .accepted }
        #expect(notices.entries.count == 2)
        await broker.close()
    }
}

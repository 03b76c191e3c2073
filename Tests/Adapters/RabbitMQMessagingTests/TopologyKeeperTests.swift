import AMQPClient
import EventLoops
import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

@Suite("Keeping the topology on RabbitMQ", .timeLimit(.minutes(5)))
struct TopologyKeeperTests {
    let name = Names()

    @Test("if one queue has other arguments, everything else is declared on connecting, and the mismatch is reported")
    func goesOnAfterDifference() async throws {
        let node = try await RabbitMQNode.shared()
        let (exchange, other, missing) = (name("exchange"), name("other"), name("missing"))
        let first = await RabbitMQBroker(try .of(node))
        try await first.declare(Queue(name: other, messageTTL: 1_000_000))
        await first.close()
        let notices = Recorder<RabbitMQNotice>()
        let topology = Topology(
            exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: other), Queue(name: missing)],
            bindings: [Binding(exchange: exchange, queue: other), Binding(exchange: exchange, queue: missing)])
        let broker = await RabbitMQBroker(try .of(node), expecting: topology) { notices.append($0) }
        let publication = Publication(exchange: exchange, routingKey: "", message: Message(body: [1]))
        #expect(await (try broker.makePublisher()).publish([publication]) == [.confirmed])
        for queue in [other, missing] {
            #expect(try await broker.consume(queue, prefetch: 1).patiently(1).count == 1)
        }
        try await eventually("the mismatch is reported") {
            notices.entries.contains {
                if case .repairFailed(let error) = $0 { error.message.contains("x-message-ttl") } else { false }
            }
        }
        await broker.close()
    }

    @Test("a binding that somebody deletes is made again")
    func repairsBindings() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(try .of(node) { $0.repairInterval = .milliseconds(100) })
        let (exchange, queue) = (name("exchange"), name("queue"))
        try await broker.declare(
            Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: queue)],
                bindings: [Binding(exchange: exchange, queue: queue)]))
        let publisher = try await broker.makePublisher()
        let publication = Publication(exchange: exchange, routingKey: "", message: Message(body: [1]))
        #expect(await publisher.publish([publication]) == [.confirmed])
        try await node.management("bindings/%2F/e/\(exchange)/q/\(queue)/~", method: "DELETE")
        try await eventually("the binding is back") { await publisher.publish([publication]) == [.confirmed] }
        await broker.close()
    }

    @Test("a missing binding is made again even if another queue of its exchange takes every message")
    func repairsOneOfTwoBindings() async throws {
        let node = try await RabbitMQNode.shared()
        let broker = await RabbitMQBroker(
            try .of(node) {
                $0.repairInterval = .seconds(3_600)
                $0.bindingInterval = .seconds(1)
            })
        let (exchange, queue, other) = (name("exchange"), name("queue"), name("other"))
        try await broker.declare(
            Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: queue), Queue(name: other)],
                bindings: [Binding(exchange: exchange, queue: queue), Binding(exchange: exchange, queue: other)]))
        let publisher = try await broker.makePublisher()
        let publication = Publication(exchange: exchange, routingKey: "", message: Message(body: [1]))
        try await node.management("bindings/%2F/e/\(exchange)/q/\(queue)/~", method: "DELETE")
        try await eventually("the binding is back") {
            #expect(await publisher.publish([publication]) == [.confirmed])
            return try await broker.status(of: [queue])[queue]?.ready ?? 0 > 0
        }
        await broker.close()
    }

    @Test("a queue that somebody deletes is made again, and reported")
    func repairsQueues() async throws {
        let node = try await RabbitMQNode.shared()
        let notices = Recorder<RabbitMQNotice>()
        let broker = await RabbitMQBroker(try .of(node) { $0.repairInterval = .milliseconds(100) }) {
            notices.append($0)
        }
        let queue = name("queue")
        try await broker.declare(Queue(name: queue))
        let consumer = try await broker.consume(queue, prefetch: 1)
        try await node.management("queues/%2F/\(queue)", method: "DELETE")
        try await eventually("the queue is back") { try await broker.status(of: [queue])[queue] != nil }
        // A queue that is deleted between the keeper's two steps of inspection goes unreported: delete it again.
        try await eventually("the queue is reported") {
            let told = notices.entries.contains(.restored(.queue, name: queue))
            if !told { _ = try? await node.management("queues/%2F/\(queue)", method: "DELETE") }
            return told
        }
        try await eventually("the queue is back again") { try await broker.status(of: [queue])[queue] != nil }
        try await eventually("the queue takes messages") { try await broker.publish(["a"], to: queue) == [.confirmed] }
        // A consumer whose queue was deleted throws; the next consumer gets messages.
        await consumer.close()
        let next = try await broker.consume(queue, prefetch: 1)
        #expect(try await next.patiently(1).map(\.text) == ["a"])
        await broker.close()
    }

    @Test("what is made on a new connection, and by declaring again, is reported: first as created, later as restored")
    func reports() async throws {
        let node = try await RabbitMQNode.start()
        let notices = Recorder<RabbitMQNotice>()
        let (exchange, queue) = ("exchange", "queue")
        let topology = Topology(
            exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: queue)],
            bindings: [Binding(exchange: exchange, queue: queue)])
        let broker = await RabbitMQBroker(
            try .of(node) {
                $0.repairInterval = .seconds(3_600)
                $0.bindingInterval = .seconds(3_600)
                $0.connection.backoff.maximum = .milliseconds(200)
            }, expecting: topology
        ) { notices.append($0) }
        func isTold(_ notice: RabbitMQNotice) async throws {
            try await eventually("\(notice)") { notices.entries.contains(notice) }
        }
        try await isTold(.created(.exchange, name: exchange))
        try await isTold(.created(.queue, name: queue))
        try await isTold(.created(.binding, name: "exchange -> queue"))
        try await node.management("queues/%2F/\(queue)", method: "DELETE")
        _ = try await node.control("close_all_connections", "a new one is made")
        try await isTold(.restored(.queue, name: queue))
        try await isTold(.restored(.binding, name: "exchange -> queue"))
        #expect(!notices.entries.contains(.restored(.exchange, name: exchange)))
        try await node.management("exchanges/%2F/\(exchange)", method: "DELETE")
        try await eventually("declaring works") {
            (try? await broker.declare(topology)) != nil
        }
        try await isTold(.restored(.exchange, name: exchange))
        await broker.close()
    }
}

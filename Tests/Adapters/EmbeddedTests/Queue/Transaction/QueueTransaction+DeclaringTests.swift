import Embedded
import Messaging
import Testing

@Suite("Declaring embedded queues") struct QueueTransactionDeclaringTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("every differing argument is named with both values and a remedy")
    func mismatch() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "q", messageTTL: 1_000, maxLength: 5, deadLetterExchange: "dlx"))
        let error = await #expect(throws: MessagingError.self) {
            try await broker.declare(queues: [
                Queue(name: "q", messageTTL: 2_000, overflow: .rejectPublish, deadLetterExchange: "other")
            ])
        }
        #expect(error?.code == .topologyMismatch)
        let message = error?.message ?? ""
        for part in [
            "queue 'q'", "x-message-ttl is '1000', expected '2000'", "x-max-length is '5', expected not set",
            "x-overflow is not set, expected 'reject-publish'",
            "x-dead-letter-exchange is 'dlx', expected 'other'", "Nothing was changed", "queues.sqlite",
        ] {
            #expect(message.contains(part), "missing: \(part)")
        }
        #expect(!message.contains("x-max-priority"))
        await broker.close()
    }

    @Test("a mismatch in one part keeps the whole topology from being created")
    func wholeness() async throws {
        let broker = try await fixture.open(with: Queue(name: "old", messageTTL: 1))
        await #expect(throws: MessagingError.self) {
            try await broker.declare(
                exchanges: [Exchange(name: "new", kind: .fanout)],
                queues: [Queue(name: "fresh"), Queue(name: "old", messageTTL: 2)])
        }
        #expect(try await broker.status(of: ["fresh", "old"]).keys.sorted() == ["old"])
        await broker.close()
    }

    @Test("what RabbitMQ would refuse is refused")
    func refusals() async throws {
        let broker = try await fixture.open()
        let topologies: [(MessagingError.Code, Topology)] = [
            (.failed, Topology(exchanges: [], queues: [Queue(name: "")], bindings: [])),
            (.failed, Topology(exchanges: [], queues: [Queue(name: "amq.mine")], bindings: [])),
            (.failed, Topology(exchanges: [], queues: [Queue(name: "q", messageTTL: -1)], bindings: [])),
            (.failed, Topology(exchanges: [], queues: [Queue(name: "q", maxLength: -1)], bindings: [])),
            (.failed, Topology(exchanges: [], queues: [Queue(name: "q", deadLetterRoutingKey: "k")], bindings: [])),
            (.failed, Topology(exchanges: [Exchange(name: "", kind: .direct)], queues: [], bindings: [])),
            (.notFound, Topology(exchanges: [], queues: [], bindings: [Binding(exchange: "x", queue: "q")])),
            (
                .notFound,
                Topology(
                    exchanges: [Exchange(name: "x", kind: .fanout)], queues: [],
                    bindings: [Binding(exchange: "x", queue: "q")])
            ),
        ]
        for (code, topology) in topologies {
            let error = await #expect(throws: MessagingError.self) { try await broker.declare(topology) }
            #expect(error?.code == code, "\(topology)")
        }
        #expect(try await broker.status(of: ["q", "amq.mine"]).isEmpty)
        await broker.close()
    }

    @Test("a declaration of another broker takes effect at once")
    func otherBroker() async throws {
        let first = try await fixture.open()
        let second = try await fixture.open()
        #expect(try await first.publish(["a"], to: "q") != [.confirmed])
        try await second.declare(queues: [Queue(name: "q")])
        #expect(try await first.publish(["a"], to: "q") == [.confirmed])
        await first.close()
        await second.close()
    }

    @Test("the pipeline's topology can be declared twice")
    func pipeline() async throws {
        let broker = try await fixture.open()
        try await broker.declare(PipelineTopology.topology())
        try await broker.declare(PipelineTopology.topology())
        let outcomes = try await broker.makePublisher().publish([
            Publication(
                exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
                message: Message(body: [1]))
        ])
        #expect(outcomes == [.confirmed])
        let status = try await broker.status(of: PipelineTopology.workQueues)
        #expect(status.values.map(\.ready) == [1, 1])
        await broker.close()
    }
}

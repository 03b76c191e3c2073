import Messaging
import Testing

@Suite("The topology of the pipeline") struct PipelineTopologyTests {
    private let pipeline = PipelineTopology.topology()

    private func queue(_ name: String) throws -> Queue {
        try #require(pipeline.queues.first { $0.name == name })
    }

    @Test(
        "work queues have the arguments that existing installations have", arguments: ["events.neo4j", "events.qdrant"])
    func workQueues(_ name: String) throws {
        #expect(
            try queue(name).arguments == [
                "x-message-ttl": .integer(86_400_000), "x-dead-letter-exchange": .string("events.dlx"),
                "x-max-length": .integer(100_000),
            ])
        #expect(pipeline.bindings.contains(Binding(exchange: "events", queue: name)))
    }

    @Test("the dead-letter queue keeps messages for a week and is bound to its exchange")
    func deadLetters() throws {
        #expect(try queue("events.dlq").arguments == ["x-message-ttl": .integer(604_800_000)])
        #expect(pipeline.bindings.contains(Binding(exchange: "events.dlx", queue: "events.dlq")))
        #expect(Set(pipeline.exchanges.map(\.name)) == ["events", "events.dlx"])
        #expect(pipeline.exchanges.allSatisfy { $0.kind == .fanout })
    }

    @Test(
        "each delay queue gives back to its own work queue alone",
        arguments: ["events.neo4j", "events.qdrant"], [("5s", 5_000), ("30s", 30_000), ("5m", 300_000)])
    func ladder(_ work: String, _ delay: (label: String, milliseconds: Int64)) throws {
        let name = "\(work).retry.\(delay.label)"
        #expect(
            try queue(name).arguments == [
                "x-message-ttl": .integer(delay.milliseconds), "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string(work),
            ])
        #expect(!pipeline.bindings.contains { $0.queue == name })
    }

    @Test("every name is unique, and every binding joins a declared exchange and a declared queue")
    func consistency() {
        let names = pipeline.queues.map(\.name)
        #expect(names.count == 9)
        #expect(Set(names).count == names.count)
        for binding in pipeline.bindings {
            #expect(names.contains(binding.queue))
            #expect(pipeline.exchanges.contains { $0.name == binding.exchange })
        }
    }

    @Test("limits and the retry ladder can be chosen")
    func choices() throws {
        let topology = PipelineTopology.topology(
            retryDelays: [.init(label: "1s", milliseconds: 1_000)], maxLength: 7, overflow: .rejectPublish)
        let work = try #require(topology.queues.first { $0.name == "events.neo4j" })
        #expect(work.maxLength == 7 && work.overflow == .rejectPublish)
        #expect(
            topology.queues.filter { $0.name.contains(".retry.") }.map(\.name).sorted() == [
                "events.neo4j.retry.1s", "events.qdrant.retry.1s",
            ])
    }
}

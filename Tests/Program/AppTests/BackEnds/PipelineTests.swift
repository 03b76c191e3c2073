import DeadLetters
import Messaging
import Stores
import TestSupport
import Testing

@testable import App

@Suite struct PipelineTests {
    private struct Failure: Error {}

    @Test("an embedded pipeline is opened with its topology, and closed whether the body returns or throws")
    func embeddedPipelineIsOpenedWithIts() async throws {
        let directory = try TemporaryDirectory()
        let backEnds = BackEnds(dataDirectory: directory.path)
        let (broker, queues) = try await Pipeline.with(
            backEnds, broker: .eventually(.api(.standard)), withSpool: true
        ) { pipeline in
            #expect(pipeline.spool == nil, "it would share the broker's disk")
            return (pipeline.broker, try await pipeline.broker.status(of: PipelineTopology.workQueues).count)
        }
        #expect(queues == PipelineTopology.workQueues.count)
        await #expect(throws: MessagingError.self) { try await broker.status(of: PipelineTopology.workQueues) }

        var failed: (any Broker)?
        await #expect(throws: Failure.self) {
            try await Pipeline.with(backEnds) { pipeline in
                failed = pipeline.broker
                throw Failure()
            }
        }
        let closed = try #require(failed)
        await #expect(throws: MessagingError.self) { try await closed.status(of: PipelineTopology.workQueues) }
    }

    @Test("a pipeline that is only read declares nothing, whatever the queues are like")
    func readingDeclaresNothing() async throws {
        let directory = try TemporaryDirectory()
        var backEnds = BackEnds(dataDirectory: directory.path)
        let none = try await Pipeline.with(backEnds) { pipeline in
            #expect(try await pipeline.deadLetters.look { _ in true } == 0)
            return try await Statistics.read(pipeline).queues.count
        }
        #expect(none == 0)
        backEnds.queueMaxLength = 7
        try await Pipeline.with(backEnds, broker: .eventually(.api(.none))) { _ in }
        backEnds.queueMaxLength = 8
        let queues = try await Pipeline.with(backEnds) { try await Statistics.read($0).queues.count }
        #expect(queues == PipelineTopology.topology().queues.count)
        let error = await #expect(throws: MessagingError.self) {
            try await Pipeline.with(backEnds, broker: .eventually(.api(.none))) { _ in }
        }
        #expect(error?.code == .topologyMismatch)
    }

    @Test("the access that is asked for is that of the API and of the workers that run")
    func access() {
        #expect(BrokerNeed.Access.api(.none) == .init(exchanges: ["events"], queues: []))
        #expect(
            BrokerNeed.Access.api(.standard)
                == .init(exchanges: ["", "events.dlx", "events"], queues: ["events.neo4j", "events.qdrant"]))
        #expect(
            BrokerNeed.Access.workers(WorkerPlan([.qdrant: 2]))
                == .init(exchanges: ["", "events.dlx"], queues: ["events.qdrant"]))
    }

    @Test("a part that cannot be opened is an error that names the part, and the body does not run")
    func partThatCannotBeOpenedIs() async throws {
        let directory = try TemporaryDirectory()
        var backEnds = BackEnds(dataDirectory: directory.path)
        backEnds.vectors = try Location("amqp://localhost", of: .broker)
        let error = await #expect(throws: StoreError.self) {
            try await Pipeline.with(backEnds) { _ in Issue.record("it was not open") }
        }
        #expect(error?.message.contains("Qdrant") == true)
    }
}

import Messaging
import TestSupport
import Testing

@testable import App

@Suite struct PipelineTests {
    private struct Failure: Error {}

    @Test("an embedded pipeline is opened with its topology, and closed whether the body returns or throws")
    func embeddedPipelineIsOpenedWithIts() async throws {
        let directory = try TemporaryDirectory()
        let backEnds = BackEnds(dataDirectory: directory.path)
        let (broker, queues) = try await Pipeline.with(backEnds, withSpool: true) { pipeline in
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

    @Test("a part that cannot be opened is an error that names the part, and the body does not run")
    func partThatCannotBeOpenedIs() async throws {
        let directory = try TemporaryDirectory()
        var backEnds = BackEnds(dataDirectory: directory.path)
        backEnds.vectors = try Location("amqp://localhost", of: .broker)
        let error = await #expect(throws: LocationError.self) {
            try await Pipeline.with(backEnds) { _ in Issue.record("it was not open") }
        }
        #expect(error == .unsupported(.vectors))
    }
}

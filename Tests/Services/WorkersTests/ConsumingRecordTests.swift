import EventLoops
import Events
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Workers

@Suite("Whether a worker gets anything from its broker") struct ConsumingRecordTests {
    private let start = ContinuousClock.now

    @Test("connections that break again and again are one interruption, however short each attempt is")
    func breaksAgainAndAgain() {
        var record = ConsumingRecord()
        #expect(record.interruption(at: start) == nil)
        for second in 0...200 {
            record.failed("541", at: start + .seconds(second))
            record.waits(at: start + .seconds(second) + .milliseconds(500))
        }
        let interruption = record.interruption(at: start + .seconds(201))
        #expect(interruption == .init(cause: "541", duration: .seconds(201)))
    }

    @Test("it ends with events that were dealt with")
    func ends() {
        var record = ConsumingRecord()
        record.failed("away", at: start)
        record.succeeded()
        #expect(record.interruption(at: start + .seconds(1)) == nil)
    }

    @Test("it ends when the worker waits in peace, and another failure later begins another one")
    func quiet() {
        var record = ConsumingRecord()
        record.failed("away", at: start)
        record.waits(at: start + .seconds(300))
        record.waits(at: start + .seconds(305))
        #expect(record.interruption(at: start + .seconds(310))?.duration == .seconds(310))
        #expect(record.interruption(at: start + .seconds(311)) == nil)
        record.failed("away", at: start + .seconds(400))
        #expect(record.interruption(at: start + .seconds(401))?.duration == .seconds(1))
    }

    @Test("a worker tells why it gets nothing, until it has dealt with an event", .timeLimit(.minutes(5)))
    func worker() async throws {
        let (broker, graph) = (FakeBroker(), FakeGraphStore())
        broker.failNext(with: [MessagingError(.unavailable, "541 INTERNAL_ERROR")])
        let worker = Worker(
            queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker,
            configuration: WorkerConfiguration(brokerBackoff: .init(maximum: .milliseconds(10))), now: { .now },
            report: { _ in })
        let working = Task { await worker.run() }
        try await eventually("an interruption") { worker.interruption(at: .now)?.cause == "541 INTERNAL_ERROR" }
        broker.put(
            [Message(body: Array(#"{"user_id":1,"product_id":7,"event_type":"view","user_session":"s"}"#.utf8))],
            into: PipelineTopology.graphQueue)
        try await eventually("its end") { worker.interruption(at: .now) == nil }
        worker.stop()
        await working.value
    }
}

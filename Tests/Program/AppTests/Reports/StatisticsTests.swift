import Events
import Messaging
import Observability
import PipelineTesting
import Stores
import TestSupport
import Testing
import Workers

@testable import App

@Suite struct StatisticsTests {
    private func event(_ number: Int) -> Event {
        Event(
            id: EventID(high: 1, low: UInt64(number)), userID: Int64(number % 3 + 1), productID: Int64(number % 5 + 1),
            type: number.isMultiple(of: 2) ? .view : .removeFromCart, session: "s",
            time: Timestamp(microseconds: Int64(number)))
    }

    private func pipeline(events: Int) async throws -> Pipeline {
        let graph = FakeGraphStore()
        let profiles = FakeProfileStore()
        let batch = InteractionBatch((0..<events).map(event))
        _ = try await graph.apply(batch)
        _ = try await profiles.apply(batch)
        let broker = FakeBroker()
        broker.put([Message(body: []), Message(body: [])], into: PipelineTopology.deadLetterQueue)
        return Pipeline(broker: broker, graph: graph, profiles: profiles)
    }

    @Test("the JSON object has every count under its name")
    func jsonObjectHasEveryCountUnder() async throws {
        let statistics = try await Statistics.read(pipeline(events: 10))
        let json = String(decoding: statistics.json, as: UTF8.self)
        #expect(
            json.hasPrefix(
                #"{"users":3,"products":5,"interactions":10,"by_type":{"view":5,"cart":0,"purchase":0,"remove_from_cart":5},"#
                    + #""profiles":3,"vectors":10,"queues":{"events.dlq":"#
                    + #"{"messages":2,"messages_ready":2,"messages_unacknowledged":0,"consumers":0},"#))
        #expect(json.hasSuffix(#""dead_letters":2}"#))
        for queue in PipelineTopology.topology().queues { #expect(json.contains("\"\(queue.name)\":{")) }
    }

    @Test("the table aligns names to the left and numbers to the right")
    func tableAlignsNamesToTheLeft() async throws {
        let text = try await Statistics.read(pipeline(events: 10)).text
        #expect(text.contains("interactions        10\n"))
        #expect(text.contains("  remove_from_cart   5\n"))
        #expect(text.contains("\n\nqueue "))
    }

    @Test("workers that wait for their store are shown while they wait, and no longer", .timeLimit(.minutes(5)))
    func workersThatWaitForTheirStore() async throws {
        let directory = try TemporaryDirectory()
        let (broker, graph) = (FakeBroker(), FakeGraphStore())
        var working = Pipeline(broker: broker, graph: graph, profiles: FakeProfileStore())
        working.pauseDirectory = directory.path + "/pauses"
        // The board of another process.
        var pipeline = Pipeline(broker: FakeBroker(), graph: FakeGraphStore(), profiles: FakeProfileStore())
        pipeline.pauseDirectory = working.pauseDirectory
        graph.fail(with: Array(repeating: StoreError(.unavailable, "connection refused"), count: 3))
        broker.put(
            [
                Message(
                    body: Array(#"{"user_id":1,"product_id":7,"event_type":"view","user_session":"s"}"#.utf8),
                    properties: MessageProperties(timestamp: 1_700_000_000))
            ],
            into: PipelineTopology.graphQueue)
        let service = WorkerService(
            working, plan: .standard, tuning: WorkerConfiguration(), log: Log(now: { .now }, write: { _ in }))
        var seen = try await Statistics.read(pipeline)
        #expect(seen.pauses.isEmpty)
        try await withThrowingTaskGroup { group in
            group.addTask { await service.run() }
            while seen.pauses.isEmpty { seen = try await Statistics.read(pipeline) }
            while try await !Statistics.read(pipeline).pauses.isEmpty { await Task.yield() }
            service.stop()
        }
        #expect(seen.pauses == [PipelineTopology.graphQueue: "connection refused"])
        #expect(
            String(decoding: seen.json, as: UTF8.self)
                .hasSuffix(#","paused_workers":{"events.neo4j":"connection refused"}}"#))
        #expect(seen.text.hasSuffix("workers of events.neo4j wait for their store: connection refused\n"))
    }

    @Test("reading does not change the statistics of a store without events")
    func nothingThatIsReadChanges() async throws {
        let statistics = try await Statistics.read(pipeline(events: 0))
        #expect(statistics.graph.interactions == 0)
        #expect(statistics.deadLetters == 2)
    }
}

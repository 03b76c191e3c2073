import Events
import Fakes
import Messaging
import Stores
import Testing

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

    @Test func `the JSON object has every count under its name`() async throws {
        let statistics = try await Statistics.read(pipeline(events: 10))
        let json = String(decoding: statistics.json, as: UTF8.self)
        #expect(
            json.hasPrefix(
                #"{"users":3,"products":5,"interactions":10,"by_type":{"view":5,"cart":0,"purchase":0,"remove_from_cart":5},"#
                    + #""profiles":3,"vectors":10,"queues":{"events.dlq":{"messages":2,"consumers":1},"#))
        #expect(json.hasSuffix(#""dead_letters":2}"#))
        for queue in PipelineTopology.topology().queues { #expect(json.contains("\"\(queue.name)\":{")) }
    }

    @Test func `the table aligns names to the left and numbers to the right`() async throws {
        let text = try await Statistics.read(pipeline(events: 10)).text
        #expect(text.contains("interactions        10\n"))
        #expect(text.contains("  remove_from_cart   5\n"))
        #expect(text.contains("\n\nqueue "))
    }

    @Test func `nothing that is read changes what is told of a store without events`() async throws {
        let statistics = try await Statistics.read(pipeline(events: 0))
        #expect(statistics.graph.interactions == 0)
        #expect(statistics.deadLetters == 2)
    }
}

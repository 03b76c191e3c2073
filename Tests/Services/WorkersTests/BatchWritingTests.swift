import Events
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Workers

/// Which events are the same to a worker.
extension WorkerTests {
    /// An event without an event_time.
    private func untimed(_ user: Int, messageID: String? = nil, timestamp: Int64? = 1_699_999_999) -> Message {
        Message(
            body: Array(#"{"user_id":\#(user),"product_id":7,"event_type":"view","user_session":"s"}"#.utf8),
            properties: MessageProperties(messageID: messageID, timestamp: timestamp))
    }

    @Test("messages with one body and other ids are other events, and a redelivery is none")
    func messagesWithOneBody() async {
        let messages = ["a-1", "a-2", "{UUID}", "17"].map { untimed(1, messageID: $0) }
        broker.put(messages + messages, into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 8 }
        #expect(graph.events.count == 4)
        #expect(broker.published.isEmpty)
        #expect(Set(messages.compactMap { EventMessage.id(of: $0) }) == graph.events)
    }

    @Test("an event without any time is a dead letter that says what to set")
    func eventWithoutAnyTime() async {
        broker.put([untimed(1, timestamp: nil), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        #expect(graph.events == [id(2)])
        let letter = broker.published.first.flatMap { DeadLetterHeaders($0.message.properties.headers) }
        #expect(letter?.reason == .invalid)
        #expect(letter?.error.contains("body.event_time: Field required: set event_time, or the message's") == true)
    }

    @Test("an event with an id that is stored with other content is a dead letter that names the difference")
    func conflictWithTheStore() async throws {
        broker.put([message(1), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        var changed = message(1)
        changed.body = Array(
            #"{"user_id":1,"product_id":8,"event_type":"view","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                .utf8)
        broker.put([message(3), changed, message(1), changed], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 6 }
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
        #expect(graph.events == Set([1, 2, 3].map(id)))
        #expect(try await graph.stored([id(1)])[id(1)]?.event.productID == 7, "the first stays")
        #expect(broker.published.map(\.exchange) == ["events.dlx", "events.dlx"])
        #expect(broker.published.map(\.message.body) == [changed.body, changed.body])
        let letters = broker.published.compactMap { DeadLetterHeaders($0.message.properties.headers) }
        #expect(letters.map(\.reason) == [.rejected, .rejected])
        #expect(
            letters.first?.error
                == "event \(id(1)) is stored with other content: product_id 8 (stored: 7); an event that was changed "
                + "needs an event_id of its own")
        #expect(
            reports.entries.contains {
                if case .deadLettered(_, 2, .rejected, _, _) = $0 { true } else { false }
            })
    }

    @Test("of the events of one batch with one id the later with other content is a dead letter")
    func conflictInABatch() async throws {
        var changed = message(1)
        changed.body = Array(
            #"{"user_id":1,"product_id":7,"event_type":"cart","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                .utf8)
        broker.put([message(1), changed, message(1), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 4 }
        #expect(graph.events == Set([1, 2].map(id)))
        #expect(graph.batches == 1, "a conflict is no reason to halve the batch")
        #expect(broker.published.map(\.message.body) == [changed.body])
    }

    @Test("an event that is sent again without a time is no conflict, whatever its defaults")
    func repeatWithoutATime() async {
        let messages = [1_699_999_990, 1_699_999_991].map { untimed(1, messageID: id(1).description, timestamp: $0) }
        for message in messages { broker.put([message], into: PipelineTopology.graphQueue) }
        await run(makeWorker(batch: 1)) { [broker] in broker.settled.count == 2 }
        #expect(graph.events == [id(1)])
        #expect(broker.published.isEmpty)
    }

    @Test("a conflict beside a store that goes away is neither lost nor written")
    func conflictAndOutage() async throws {
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        var changed = message(1)
        changed.body = Array(
            #"{"user_id":9,"product_id":7,"event_type":"view","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                .utf8)
        // The batch is halved, the conflict found in the first half; then the store is away.
        graph.fail(with: [StoreError(.transient, "deadlock"), nil, StoreError(.unavailable, "away")])
        broker.put([changed, message(2), message(3), message(4)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in
            Set(broker.settled.map(\.number)).count == 5
        }
        #expect(graph.events == Set([1, 2, 3, 4].map(id)))
        #expect(broker.published.map(\.message.body) == [changed.body])
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
    }
}

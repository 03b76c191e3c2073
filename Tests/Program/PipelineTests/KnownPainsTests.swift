import Embedded
import Events
import HTTPAPI
import HTTPMessages
import HTTPServer
import Messaging
import Stores
import TestSupport
import Testing
import Workers

/// What hurts users of other pipelines, as far as it takes several modules and no processes to show that it does not hurt
/// here. docs/delivery.md lists all of these pains, each with its tests.
@Suite(.timeLimit(.minutes(5))) struct KnownPainsTests {
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let graph: EmbeddedGraphStore
    private let profiles: EmbeddedProfileStore

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        graph = try await EmbeddedGraphStore.open(directory: directory.path)
        profiles = try await EmbeddedProfileStore.open(directory: directory.path)
    }

    private func worker(_ queue: String) -> Worker {
        let sink: any EventSink = queue == PipelineTopology.graphQueue ? GraphSink(graph) : ProfileSink(profiles)
        return Worker(
            queue: queue, sink: sink, broker: broker, configuration: WorkerConfiguration(), now: { .now },
            report: { _ in })
    }

    /// Runs the workers of these queues until they are empty.
    private func work(_ queues: [String]) async throws {
        let workers = queues.map(worker)
        try await withThrowingTaskGroup { group in
            for worker in workers { group.addTask { await worker.run() } }
            try await eventually("the queues are empty") {
                let status = try await broker.status(of: queues)
                return queues.allSatisfy { status[$0]?.messages == 0 }
            }
            for worker in workers { worker.stop() }
        }
    }

    @Test(
        "a full queue refuses an event that the other may have taken, and a repeat with the same id stores it once in both"
    )
    func fullQueueRefusesTheOtherMay() async throws {
        try await broker.declare(PipelineTopology.topology(maxLength: 3, overflow: .rejectPublish))
        let api = HTTPAPI(
            publisher: try await broker.makePublisher(), broker: broker, graph: graph, profiles: profiles,
            now: { .now })
        func post(_ number: Int) async throws -> HTTPStatus {
            let body =
                #"{"event_id":"00000000-0000-7000-8000-00000000000\#(number)","user_id":1,"product_id":\#(number),"#
                + #""event_type":"view","user_session":"s"}"#
            return await api.respond(
                to: try HTTPRequest(
                    method: .post, target: "/events", headers: ["Content-Type": "application/json"],
                    body: Array(body.utf8))
            ).status
        }
        for number in 1...3 {
            let status = try await post(number)
            #expect(status == .ok)
        }
        // The profile workers keep up, and the graph workers do not.
        try await work([PipelineTopology.profileQueue])
        let refused = try await post(4)
        #expect(refused == .serviceUnavailable)
        let waiting = try await broker.status(of: PipelineTopology.workQueues)
        #expect(waiting.mapValues(\.messages) == [PipelineTopology.graphQueue: 3, PipelineTopology.profileQueue: 1])
        try await work(PipelineTopology.workQueues)
        let again = try await post(4)
        #expect(again == .ok)
        try await work(PipelineTopology.workQueues)
        let ids = try (1...4).map { try #require(EventID("00000000-0000-7000-8000-00000000000\($0)")) }
        let once = Dictionary(uniqueKeysWithValues: ids.map { ($0, 1) })
        #expect(try await graph.occurrences(of: ids) == once)
        #expect(try await profiles.occurrences(of: ids) == once)
        #expect(try await profiles.profile(of: 1)?.interactions == 4)
    }

    @Test("a long delay does not hold up a shorter delay that began later")
    func longDelayDoesNotHoldUp() async throws {
        let delays = [600_000, 50].map { PipelineTopology.RetryDelay(milliseconds: $0) }
        try await broker.declare(PipelineTopology.topology(retryDelays: delays))
        let queue = PipelineTopology.graphQueue
        let publisher = try await broker.makePublisher()
        for (delay, text) in zip(delays, ["long", "short"]) {
            let publication = Publication(
                exchange: "", routingKey: PipelineTopology.retryQueue(of: queue, delay),
                message: Message(body: Array(text.utf8)))
            #expect(await publisher.publish([publication]) == [.confirmed])
        }
        let consumer = try await broker.consume(queue, prefetch: 2)
        let delivery = try await consumer.next(upTo: 1, linger: .zero)
        #expect(delivery.map { String(decoding: $0.message.body, as: UTF8.self) } == ["short"])
        let other = try await broker.status(of: [PipelineTopology.profileQueue])
        #expect(other[PipelineTopology.profileQueue]?.messages == 0)
    }

    @Test("dead letters are not capped: later letters displace none")
    func deadLettersAreNotCappedNone() {
        let queue = PipelineTopology.topology().queues.first { $0.name == PipelineTopology.deadLetterQueue }
        #expect(queue?.maxLength == nil)
        #expect(queue?.messageTTL == 604_800_000)
    }

    @Test("an event that only one store received before all processes died is not taken for processed")
    func eventOfWhichOnlyOneStore() async throws {
        try await broker.declare(PipelineTopology.topology())
        let message = Message(
            body: Array(#"{"user_id":1,"product_id":7,"event_type":"view","user_session":"s"}"#.utf8),
            properties: MessageProperties(
                messageID: "00000000-0000-7000-8000-000000000001", timestamp: 1_700_000_000))
        let publication = Publication(exchange: PipelineTopology.eventExchange, routingKey: "", message: message)
        #expect(try await broker.makePublisher().publish([publication]) == [.confirmed])
        // The graph's worker has committed and dies before it acknowledges.
        let dying = try await broker.consume(PipelineTopology.graphQueue, prefetch: 1)
        let delivery = try await dying.next(upTo: 1, linger: .zero)
        let event = try EventMessage.event(in: delivery[0].message, receivedAt: .now)
        _ = try await graph.apply(InteractionBatch([event]))
        await dying.close()
        try await work(PipelineTopology.workQueues)
        #expect(try await graph.occurrences(of: [event.id]) == [event.id: 1])
        #expect(try await profiles.occurrences(of: [event.id]) == [event.id: 1])
    }

    @Test("an event of another producer without a time has one time in both stores, whenever each is written")
    func oneTimeInBothStores() async throws {
        try await broker.declare(PipelineTopology.topology())
        let bodies = (1...3).map { #"{"user_id":1,"product_id":\#($0),"event_type":"view","user_session":"s"}"# }
        let properties = [
            MessageProperties(messageID: "a-1", timestamp: 1_700_000_000_123),
            MessageProperties(messageID: "01ARZ3NDEKTSV4RRFFQ69G5FAV"), MessageProperties(timestamp: 1_700_000_000),
        ]
        let messages = zip(bodies, properties).map { Message(body: Array($0.utf8), properties: $1) }
        let publications = messages.map {
            Publication(exchange: PipelineTopology.eventExchange, routingKey: "", message: $0)
        }
        let outcomes = try await broker.makePublisher().publish(publications)
        #expect(outcomes == [.confirmed, .confirmed, .confirmed])
        try await work([PipelineTopology.graphQueue])
        try await Task.sleep(for: .milliseconds(20))
        try await work([PipelineTopology.profileQueue])
        let ids = try messages.map { try #require(EventMessage.id(of: $0)) }
        let (inGraph, inProfiles) = (try await graph.stored(ids), try await profiles.stored(ids))
        #expect(inGraph.count == 3)
        #expect(inGraph.mapValues(\.event.time) == inProfiles.mapValues(\.event.time))
        #expect(inGraph[ids[0]]?.event.time == Timestamp(microseconds: 1_700_000_000_123_000))
    }

    @Test("two writers of one user's profile leave the same profile in any order")
    func twoWritersOfOneUsersProfile() async throws {
        let events = (1...40).map { number in
            Event(
                id: EventID(high: 0x0001_0000_0000_7000, low: UInt64(number) | 1 << 63), userID: 1,
                productID: Int64(number % 7 + 1), type: number.isMultiple(of: 3) ? .purchase : .view, session: "s",
                time: Timestamp(microseconds: Int64(number) * 1_000_000))
        }
        let other = try await EmbeddedProfileStore.open(directory: try TemporaryDirectory().path)
        _ = try await other.apply(InteractionBatch(events))
        try await withThrowingTaskGroup { group in
            for part in [events.shuffled(), events.shuffled()] {
                group.addTask { [profiles] in
                    for event in part { _ = try await profiles.apply(InteractionBatch([event])) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await profiles.profile(of: 1) == other.profile(of: 1))
    }
}

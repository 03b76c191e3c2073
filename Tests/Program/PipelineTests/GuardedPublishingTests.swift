import Embedded
import Messaging
import PipelineTesting
import TestSupport
import Testing

@Suite("Publishing while the work queues fill") struct GuardedPublishingTests {
    private let broker = FakeBroker()
    private let room = QueueRoom(limit: 1_000)
    private let reports = Recorder<QueueWatch.Report>()
    private var watch: QueueWatch { QueueWatch(broker, room: room) { [reports] in reports.append($0) } }

    private func events(_ count: Int) -> [Publication] {
        (0..<count).map {
            Publication(
                exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
                message: Message(body: Array("\($0)".utf8)))
        }
    }

    /// Puts messages into a work queue: a fake exchange routes nothing.
    private func fill(_ count: Int) {
        broker.put(events(count).map(\.message), into: PipelineTopology.profileQueue)
    }

    @Test("a request for which there is no room is sent neither in full nor in part")
    func wholeRequests() async throws {
        fill(890)
        await watch.look()
        let publisher = GuardedPublisher(try await broker.makePublisher(), room: room)
        let refused = await publisher.publish(events(20))
        #expect(refused.count == 20)
        #expect(refused.allSatisfy { if case .failed(let error) = $0 { error.code == .blocked } else { false } })
        #expect("\(refused[0])".contains("events.qdrant holds up to 890 of at most 1000"))
        #expect(broker.published.isEmpty)
        #expect(await publisher.publish(events(10)) == Array(repeating: .confirmed, count: 10))
    }

    @Test("what a nearly full queue has no room for goes into the spool, and follows when the workers have caught up")
    func spools() async throws {
        let directory = try TemporaryDirectory()
        let spool = try await Spool(in: try await EmbeddedBroker.open(directory: directory.path), limit: 10_000)
        let publisher = SpoolingPublisher(
            GuardedPublisher(try await broker.makePublisher(), room: room), spool: spool)
        fill(900)
        await watch.look()
        #expect(await publisher.publish(events(700)) == Array(repeating: .spooled, count: 700))
        await watch.look()
        #expect(
            reports.entries == [.full(queue: PipelineTopology.profileQueue, messages: 900, limit: 1_000)])
        let forwarder = SpoolForwarder(
            spool, to: broker, topology: PipelineTopology.topology(), room: room, report: { _ in })
        try await withThrowingTaskGroup { group in
            group.addTask { await forwarder.run() }
            group.addTask { await watch.run() }
            // A worker takes some: the first events follow, as many as there is room for.
            let consumer = try await broker.consume(PipelineTopology.profileQueue, prefetch: 200)
            var taken = try await consumer.next(upTo: 200, linger: .zero)
            try await eventually("the first events follow") { broker.published.count == 200 }
            taken = try await consumer.next(upTo: 700, linger: .zero)
            #expect(taken.count == 700)
            try await eventually("the rest follows") { try await spool.status().messages == 0 }
            group.cancelAll()
        }
        #expect(broker.published == events(700))
        #expect(reports.entries.last == .roomAgain)
        await spool.close()
    }

    @Test("a broker that does not tell how full its queues are is reported once, and takes events")
    func blind() async throws {
        let error = MessagingError(.failed, "no permission")
        broker.failStatus(with: error)
        await watch.look()
        await watch.look()
        #expect(reports.entries == [.blind(error)])
        let publisher = GuardedPublisher(try await broker.makePublisher(), room: room)
        #expect(await publisher.publish(events(1)) == [.confirmed])
    }
}

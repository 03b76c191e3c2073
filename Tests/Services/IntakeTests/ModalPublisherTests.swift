import EventLoops
import Events
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing
import Workers

@testable import Intake

@Suite(.timeLimit(.minutes(5))) struct ModalPublisherTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private static let away = StoreError(.unavailable, "the server is away")

    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let vectors = FakeGraphStore()
    private let ledger = FakeArrivalLedger()
    private let modes = ModeSwitch(.queue)
    private let reports = Recorder<ModalPublisher.Report>()

    /// A sink that waits, at each write, until it is let go.
    private final class HeldSink: EventSink {
        let store: FakeGraphStore
        let isWriting = Latch<Void>()
        let goOn = Latch<Void>()

        init(_ store: FakeGraphStore) { self.store = store }

        func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
            isWriting.set(())
            _ = await goOn.wait()
            return try await store.apply(batch)
        }
    }

    private func publisher(
        graph sink: (any EventSink)? = nil, storeTimeout: Duration = .seconds(280)
    ) async throws -> ModalPublisher {
        let backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))
        func noting(_ sink: any EventSink, _ place: ArrivalPlaces) -> NotingSink {
            NotingSink(sink, at: place, ledger, now: { Self.now }) { _, _ in }
        }
        return ModalPublisher(
            queue: try await broker.makePublisher(),
            direct: DirectWriter(
                graph: DirectLane(noting(sink ?? GraphSink(graph), .directGraph), backoff: backoff),
                vectors: DirectLane(noting(GraphSink(vectors), .directVectors), backoff: backoff)),
            modes: modes, ledger: ledger, storeTimeout: storeTimeout, now: { Self.now }
        ) { [reports] in reports.append($0) }
    }

    private func event(_ number: UInt64, product: Int64 = 7) -> Event {
        Event(
            id: EventID(high: 0x0001_0000_0000_7000, low: number | 1 << 63), userID: 1, productID: product, type: .view,
            session: "s", time: Timestamp(microseconds: 1_600_000_000_000_000))
    }

    private func publication(_ event: Event) -> Publication {
        var generator = SeededGenerator(seed: 1)
        return EventMessage.publication(
            of: event, publishedAt: Self.now, trace: TraceContext(continuing: nil, using: &generator))
    }

    @Test("in the mode queue, events are published and not written")
    func queue() async throws {
        let outcomes = try await publisher().publish([publication(event(1))])
        #expect(outcomes == [.confirmed])
        #expect(broker.published.count == 1)
        #expect(graph.events.isEmpty)
        #expect(ledger.records.isEmpty)
    }

    @Test("in the mode direct, events are in both stores when they are answered, and nothing is published")
    func direct() async throws {
        modes.set(.direct)
        let outcomes = try await publisher().publish([publication(event(1)), publication(event(2))])
        #expect(outcomes == [.stored, .stored])
        #expect(graph.events == [event(1).id, event(2).id])
        #expect(vectors.events == graph.events)
        #expect(broker.published.isEmpty)
    }

    @Test("in the mode direct, both stores get what a worker would read from the message")
    func sameContent() async throws {
        modes.set(.direct)
        let publication = publication(event(1))
        _ = try await publisher().publish([publication])
        let read = try EventMessage.event(in: publication.message, receivedAt: Self.now)
        let stored = try #require(try await graph.stored([event(1).id])[event(1).id])
        #expect(stored.event.contentDigest == read.contentDigest)
        #expect(stored.event.defaulted == read.defaulted)
    }

    @Test("an event that one store has and the other has not fails, says so, and is mended by sending it again")
    func partialFailure() async throws {
        modes.set(.direct)
        let publisher = try await publisher()
        vectors.fail(with: [Self.away])
        let outcome = try #require(await publisher.publish([publication(event(1))]).first)
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome) is no failure")
            return
        }
        #expect(error.message == "the graph has stored the event, the vectors have not: the server is away")
        #expect(graph.events == [event(1).id])
        #expect(vectors.events.isEmpty)
        try await eventually("the event is mended", within: .seconds(30)) {
            await publisher.publish([publication(event(1))]) == [.stored]
        }
        #expect(vectors.events == [event(1).id])
        #expect(graph.events.count == 1)
    }

    @Test("while the graph is away, nothing is written into the vectors")
    func graphAway() async throws {
        modes.set(.direct)
        graph.fail(with: [Self.away])
        let outcome = try await publisher().publish([publication(event(1))]).first
        guard case .failed(let error)? = outcome else {
            Issue.record("no failure")
            return
        }
        #expect(error.message.hasPrefix("neither store has stored the event"))
        #expect(vectors.batches == 0)
    }

    @Test(
        "an event that is stored with other content is refused in every mode that writes, published in none, and in no store",
        arguments: [IntakeMode.direct, .parallel])
    func conflict(mode: IntakeMode) async throws {
        let publisher = try await publisher()
        modes.set(mode)
        _ = await publisher.publish([publication(event(1))])
        let before = broker.published.count
        let outcomes = await publisher.publish([publication(event(1, product: 8)), publication(event(2))])
        guard case .conflict(let text)? = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(text.contains("product_id 8 (stored: 7)"))
        #expect(outcomes[1].isDurable)
        #expect(broker.published.count == (mode == .parallel ? before + 1 : 0))
        #expect(vectors.events == [event(1).id, event(2).id])
        #expect(try await vectors.stored([event(1).id])[event(1).id]?.event.productID == 7)
    }

    @Test("in the mode parallel, events are expected both ways, written and published")
    func parallel() async throws {
        modes.set(.parallel)
        #expect(try await publisher().publish([publication(event(1))]) == [.confirmed])
        #expect(graph.events.count == 1)
        #expect(vectors.events.count == 1)
        #expect(broker.published.count == 1)
        let record = try #require(ledger.records.first)
        #expect(record.expected == .all)
        #expect(record.arrived == EventPath.direct.places)
        #expect(record.arrival.digest == event(1).contentDigest)
        #expect(!record.isRefused)
    }

    @Test("in the mode parallel, a store that is away fails no request, and the ledger shows it")
    func parallelWithoutStore() async throws {
        modes.set(.parallel)
        graph.fail(with: [Self.away])
        #expect(try await publisher().publish([publication(event(1))]) == [.confirmed])
        #expect(broker.published.count == 1)
        #expect(ledger.records.map(\.arrived) == [[]])
        #expect(reports.count == 1)
    }

    @Test("in the mode parallel, an event that is not published is not accepted, and the ledger says so")
    func parallelWithoutBroker() async throws {
        modes.set(.parallel)
        broker.answer { _ in .failed(MessagingError(.unavailable, "away")) }
        let outcomes = try await publisher().publish([publication(event(1))])
        #expect(outcomes == [.failed(MessagingError(.unavailable, "away"))])
        #expect(ledger.records.map(\.isRefused) == [true])
        broker.answer { _ in .confirmed }
        #expect(try await publisher().publish([publication(event(1))]) == [.confirmed])
        #expect(ledger.records.map(\.isRefused) == [false])
    }

    @Test("in the mode parallel, a store that hangs keeps no event from being published")
    func parallelWithSlowStore() async throws {
        modes.set(.parallel)
        let sink = HeldSink(graph)
        let publisher = try await publisher(graph: sink, storeTimeout: .milliseconds(50))
        #expect(await publisher.publish([publication(event(1))]) == [.confirmed])
        #expect(graph.events.isEmpty)
        sink.goOn.set(())
        try await eventually("the write goes on and is noted", within: .seconds(30)) {
            ledger.records.first?.arrived == EventPath.direct.places
        }
    }

    @Test("a ledger that fails is reported and fails no request")
    func ledgerFails() async throws {
        modes.set(.parallel)
        ledger.fail(with: Self.away)
        #expect(try await publisher().publish([publication(event(1))]) == [.confirmed])
        #expect(reports.entries == [.unexpected(count: 1, Self.away)])
    }

    @Test("a request under way ends in the mode in which it began; the next one is in the new mode")
    func switchUnderWay() async throws {
        modes.set(.direct)
        let sink = HeldSink(graph)
        let publisher = try await publisher(graph: sink)
        async let first = publisher.publish([publication(event(1))])
        _ = await sink.isWriting.wait()
        modes.set(.queue)
        #expect(await publisher.publish([publication(event(2))]) == [.confirmed])
        sink.goOn.set(())
        #expect(await first == [.stored])
        #expect(graph.events == [event(1).id])
        #expect(vectors.events == [event(1).id])
        #expect(broker.published.compactMap(\.message.properties.messageID) == ["\(event(2).id)"])
    }

    @Test("under load, no request is lost or answered wrongly by a switch between all modes")
    func switchingUnderLoad() async throws {
        let publisher = try await publisher()
        let answers = await withTaskGroup(of: [PublishOutcome].self) { group in
            for number in 0..<400 as Range<UInt64> {
                if number.isMultiple(of: 20) { modes.set(IntakeMode.allCases[Int(number / 20) % 3]) }
                group.addTask { await publisher.publish([publication(event(number))]) }
                if number.isMultiple(of: 7) { await Task.yield() }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.allSatisfy { $0.isDurable })
        let published = Set(broker.published.compactMap { $0.message.properties.messageID.flatMap { EventID($0) } })
        let stored = graph.events.intersection(vectors.events)
        #expect(published.union(stored).count == 400)
        #expect(graph.events == vectors.events)
        for record in ledger.records { #expect(record.arrived == EventPath.direct.places) }
    }
}

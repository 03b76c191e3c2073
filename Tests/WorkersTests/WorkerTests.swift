import Events
import Fakes
import Messaging
import Stores
import Synchronization
import Testing
import Workers

@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let reports = Reports()

    private final class Reports: Sendable {
        private let all = Mutex<[WorkerReport]>([])
        func add(_ report: WorkerReport) { all.withLock { $0.append(report) } }
        var list: [WorkerReport] { all.withLock { $0 } }
    }

    private func makeWorker(batch: Int = 100) -> Worker {
        Worker(
            queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker,
            configuration: WorkerConfiguration(
                batch: batch, linger: .zero,
                backoff: Backoff(first: .milliseconds(1), longest: .milliseconds(2)), name: "test"),
            now: { Timestamp(microseconds: 1_700_000_000_000_000) }, report: { [reports] in reports.add($0) })
    }

    /// Runs a worker until `condition` holds, then stops it and waits for its end.
    private func run(_ worker: Worker, until condition: @Sendable () -> Bool) async {
        await withTaskGroup { group in
            group.addTask { await worker.run() }
            while !condition() { await Task.yield() }
            worker.stop()
            await group.waitForAll()
        }
    }

    private func message(_ number: Int) -> Message {
        Message(
            body: Array(
                #"{"user_id":\#(number),"product_id":7,"event_type":"view","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                    .utf8),
            properties: MessageProperties(messageID: id(number).description))
    }

    private func id(_ number: Int) -> EventID { EventID(high: 0x0001_0000_0000_7000, low: UInt64(number) | 1 << 63) }

    @Test func `a batch is written, then acknowledged`() async {
        broker.put((1...10).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 10 }
        #expect(graph.events == Set((1...10).map(id)))
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
        #expect(
            reports.list == [
                .wrote(queue: PipelineTopology.graphQueue, AppliedBatch(inserted: 10, alreadyPresent: 0))
            ])
    }

    @Test func `an event that is delivered again changes nothing and is acknowledged`() async {
        broker.put([message(1), message(1), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 3 }
        #expect(graph.events.count == 2)
    }

    @Test func `nothing is acknowledged while the store is away, and everything when it is back`() async {
        let away = StoreError(.unavailable, "disk full")
        graph.fail(with: [away, away, away])
        broker.put((1...5).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 5 }
        #expect(graph.events.count == 5)
        #expect(graph.batches == 4)
        #expect(broker.published.isEmpty, "an outage of the store is no fault of the events")
        let failed = reports.list.filter { if case .storeFailed = $0 { true } else { false } }
        #expect(failed.count == 3)
        #expect(reports.list.contains(.storeRecovered(queue: PipelineTopology.graphQueue)))
    }

    @Test func `a worker that is told to stop while the store is away leaves its batch unacknowledged`() async {
        graph.fail(with: Array(repeating: StoreError(.unavailable, "away"), count: 100_000))
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [reports] in reports.list.count >= 3 }
        #expect(broker.settled.isEmpty)
        #expect(graph.events.isEmpty)
    }

    @Test
    func `malformed and invalid events go to the dead-letter queue with their reason, and the others are written`()
        async
    {
        let malformed = Message(body: Array("no json".utf8))
        let invalid = Message(body: Array(#"{"user_id":0}"#.utf8))
        broker.put([message(1), malformed, message(2), invalid, message(3)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 5 }
        #expect(graph.events == Set([1, 2, 3].map(id)))
        #expect(broker.published.map(\.exchange) == ["events.dlx", "events.dlx"])
        let letters = broker.published.compactMap { DeadLetterHeaders($0.message.properties.headers) }
        #expect(letters.map(\.reason) == [.malformed, .invalid])
        #expect(
            letters.allSatisfy { $0.queue == PipelineTopology.graphQueue && $0.worker == "test" && !$0.error.isEmpty })
        #expect(broker.published.map(\.message.body) == [malformed.body, invalid.body], "byte for byte")
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
    }

    @Test(arguments: [1, 2, 3, 50, 100]) func `an event that the store refuses is found and the rest is written`(
        poisoned: Int
    ) async {
        graph.reject([id(poisoned)])
        broker.put((1...100).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 100 }
        #expect(graph.events == Set((1...100).map(id)).subtracting([id(poisoned)]))
        let letter = broker.published.first.flatMap { DeadLetterHeaders($0.message.properties.headers) }
        #expect(letter?.reason == .rejected)
        #expect(letter?.error == "constraint violated")
        #expect(graph.batches <= 1 + 2 * 7, "halving takes about twice the logarithm of the batch")
    }

    @Test func `a dead letter that is not confirmed stays in its queue`() async {
        broker.answer { _ in .failed(MessagingError(.blocked, "disk full")) }
        broker.put([Message(body: [])], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in !broker.settled.isEmpty }
        #expect(broker.settled.map(\.settlement) == [.requeue])
        #expect(broker.published.isEmpty)
        #expect(reports.list.contains { if case .brokerFailed = $0 { true } else { false } })
    }

    @Test func `a worker waits for a broker that is away`() async {
        broker.failConsume(with: [MessagingError(.unavailable, "away"), MessagingError(.unavailable, "away")])
        broker.failNext(with: [MessagingError(.unavailable, "away again")])
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        #expect(graph.events == [id(1)])
    }

    @Test func `a consumer that was closed is opened anew`() async {
        broker.failNext(with: [MessagingError(.closed, "connection closed")])
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        #expect(graph.events == [id(1)])
    }

    @Test func `an idle worker ends as soon as it is stopped`() async {
        await run(makeWorker()) { true }
        #expect(broker.settled.isEmpty)
    }

    @Test func `cancelling the task ends an idle worker`() async {
        let worker = makeWorker()
        let task = Task { await worker.run() }
        task.cancel()
        await task.value
    }
}

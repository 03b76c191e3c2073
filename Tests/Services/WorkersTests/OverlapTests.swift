import EventLoops
import Events
import Messaging
import PipelineTesting
import Platform
import Stores
import Synchronization
import TestSupport
import Testing

@testable import Workers

@Suite(.timeLimit(.minutes(5))) struct OverlapTests {
    private let broker = FakeBroker()
    private let reports = Recorder<WorkerReport>()
    private let queue = PipelineTopology.graphQueue

    /// A store that takes two batches at once; a test says when a write ends.
    private final class SlowSink: EventSink {
        /// The products of batches, in the order in which their writes began and ended.
        struct State {
            var begun: [Int64] = []
            var ended: [Int64] = []
            /// What was written at the same time as a product, in the order of its begin.
            var beside: [Int64: [Int64]] = [:]
            /// The most batches that were written at the same time.
            var most = 0
        }

        let pace = WritingPace(batchesAtOnce: 2)
        private let state = Mutex(State())
        private let ending: @Sendable (SlowSink, Int64) async -> Void

        init(ending: @escaping @Sendable (SlowSink, Int64) async -> Void) { self.ending = ending }

        var current: State { state.withLock { $0 } }

        func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
            let product = batch.events[0].productID
            state.withLock { state in
                state.begun.append(product)
                state.most = max(state.most, state.begun.count - state.ended.count)
                for other in state.begun where other != product && !state.ended.contains(other) {
                    state.beside[other, default: []].append(product)
                    state.beside[product, default: []].append(other)
                }
            }
            await ending(self, product)
            state.withLock { $0.ended.append(product) }
            return AppliedBatch(inserted: batch.count)
        }
    }

    private func worker(_ sink: any EventSink, batch: Int? = 1, _ crashes: CrashJournal? = nil) -> Worker {
        Worker(
            queue: queue, sink: sink, broker: broker, crashes: crashes,
            configuration: WorkerConfiguration(batch: batch, linger: .zero, name: "test"), now: { .now },
            report: { [reports] in reports.append($0) })
    }

    private func message(_ number: Int) -> Message {
        Message(
            body: Array(
                #"{"user_id":1,"product_id":\#(number),"event_type":"view","user_session":"s","event_time":"2024-05-01 10:00:00"}"#
                    .utf8),
            properties: MessageProperties(messageID: "00000000-0000-7000-8000-00000000000\(number)"))
    }

    private func run(_ worker: Worker, until condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await worker.run() }
            try await eventually("the worker is done", condition)
            worker.stop()
            try await group.waitForAll()
        }
    }

    @Test("a store that takes two batches at once gets the second while the first is written, and no third")
    func twoAtOnce() async throws {
        let both = Latch<Void>()
        let sink = SlowSink { sink, _ in
            if sink.current.begun.count >= 2 { both.set(()) }
            _ = await both.wait()
        }
        broker.put((1...5).map(message), into: queue)
        try await run(worker(sink)) { [broker] in broker.settled.count == 5 }
        #expect(sink.current.ended.count == 5)
        #expect(sink.current.most == 2)
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
    }

    @Test("a worker that is stopped writes and acknowledges both batches in progress")
    func stopped() async throws {
        let released = Latch<Void>()
        let sink = SlowSink { _, _ in _ = await released.wait() }
        let worker = worker(sink)
        broker.put((1...3).map(message), into: queue)
        try await run(worker) { [broker, queue] in
            guard sink.current.begun.count == 2 else { return false }
            #expect(worker.busySince != nil)
            #expect(broker.settled.isEmpty)
            worker.stop()
            released.set(())
            return try await broker.status(of: [queue])[queue]?.ready == 1
        }
        #expect(broker.settled.map(\.settlement) == [.acknowledge, .acknowledge])
        #expect(worker.busySince == nil)
    }

    @Test("an event that is processed alone begins when the others have ended, and no other begins beside it")
    func alone() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        // Leaves time for what must not begin.
        let sink = SlowSink { _, _ in for _ in 0..<500 { await Task.yield() } }
        broker.put((1...2).map(message), into: queue)
        broker.put([message(3)], into: queue, redelivered: true)
        broker.put([message(4)], into: queue)
        let journal = try CrashJournal(directory: "\(folder.path)/crashes")
        // What a process leaves that dies.
        let processes = "\(folder.path)/crashes/\(CrashJournal.processFolder)"
        try FileSystem.createDirectory(processes)
        try FileSystem.replace("\(processes)/dead.lock", with: [])
        try await run(worker(sink, batch: 1, journal)) { [broker] in broker.settled.count == 4 }
        #expect(sink.current.begun.suffix(2) == [3, 4])
        #expect(sink.current.beside[3] == nil)
    }

    @Test("a batch has as many events as suit the store, or as many as are asked for", arguments: [nil, 1])
    func sizes(_ batch: Int?) async throws {
        let graph = FakeGraphStore(pace: WritingPace(batch: 2))
        broker.put((1...4).map(message), into: queue)
        try await run(worker(GraphSink(graph), batch: batch)) { [broker] in broker.settled.count == 4 }
        #expect(graph.batches == 4 / (batch ?? 2))
    }

    @Test("deliveries that could not be settled are delivered again, although no further event wakes the worker")
    func unsettled() async throws {
        let graph = FakeGraphStore(pace: WritingPace(batchesAtOnce: 2))
        broker.failSettle(with: [MessagingError(.failed, "disk full")])
        broker.put((1...3).map(message), into: queue)
        try await run(worker(GraphSink(graph), batch: 100)) { [broker] in broker.settled.count == 3 }
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge && $0.number > 3 })
        #expect(graph.events.count == 3)
    }
}

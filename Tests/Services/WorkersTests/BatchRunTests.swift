import EventLoops
import Events
import Messaging
import PipelineTesting
import Platform
import Stores
import TestSupport
import Testing

@testable import Workers

@Suite(.timeLimit(.minutes(5))) struct BatchRunTests {
    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let reports = Recorder<WorkerReport>()
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func worker(
        _ journal: CrashJournal? = nil, _ change: (inout WorkerConfiguration) -> Void = { _ in }
    ) -> Worker {
        var configuration = WorkerConfiguration(linger: .zero, name: "test")
        change(&configuration)
        return Worker(
            queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker,
            breaker: StoreBreaker(backoff: Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))),
            crashes: journal, configuration: configuration, now: { .now }, report: { [reports] in reports.append($0) })
    }

    private func run(_ worker: Worker, until condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await worker.run() }
            try await eventually("the worker is done", condition)
            worker.stop()
            try await group.waitForAll()
        }
    }

    private func message(_ number: Int, headers: HeaderTable = [:]) -> Message {
        Message(
            body: Array(
                #"{"user_id":1,"product_id":\#(number),"event_type":"view","user_session":"s","event_time":"2024-05-01 10:00:00"}"#
                    .utf8),
            properties: MessageProperties(
                messageID: "00000000-0000-7000-8000-00000000000\(number)", headers: headers))
    }

    private func delivery(_ number: Int) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), message: message(number), exchange: "events",
            routingKey: "user.event", redelivered: true)
    }

    private func journal(
        _ machine: @escaping @Sendable () -> MachineHistory = { MachineHistory(boot: "1", memoryKills: 0) }
    ) throws -> CrashJournal { try CrashJournal(directory: folder.path, machine: machine) }

    @Test("an event that a worker died with comes after all others, alone")
    func suspectsLast() async throws {
        let journal = try journal()
        _ = try journal.begin(delivery(1), queue: PipelineTopology.graphQueue)
        broker.put([1, 2].map { message($0) }, into: PipelineTopology.graphQueue, redelivered: true)
        broker.put([3, 4].map { message($0) }, into: PipelineTopology.graphQueue)
        try await run(worker(journal)) { [broker] in broker.settled.count == 4 }
        #expect(broker.settled.map(\.number) == [2, 3, 4, 1])
        #expect(graph.batches == 3)
    }

    @Test("an innocent event with which workers die while the machine is short of memory is written, however often")
    func innocent() async throws {
        let kills = Recorder<Bool>()
        let journal = try journal { MachineHistory(boot: "1", memoryKills: kills.append(true)) }
        for _ in 0..<10 { _ = try journal.begin(delivery(1), queue: PipelineTopology.graphQueue) }
        broker.put([message(1)], into: PipelineTopology.graphQueue, redelivered: true)
        try await run(worker(journal)) { [broker] in broker.settled.count == 1 }
        #expect(broker.published.isEmpty)
        #expect(graph.events.count == 1)
        #expect(
            reports.entries.contains(
                .crashExplained(
                    queue: PipelineTopology.graphQueue, by: CrashNote.Explanation.memory.rawValue)))
    }

    @Test(
        "how often a message came back is counted here, whatever the broker's headers say of it",
        arguments: [
            [:], ["x-delivery-count": .integer(1_000)], ["x-acquired-count": .integer(1_000)],
            ["x-death": .array([.table(["queue": .string("events.neo4j"), "count": .integer(1_000)])])],
        ] as [HeaderTable])
    func brokersCounts(headers: HeaderTable) async throws {
        let journal = try journal()
        broker.put([message(1, headers: headers)], into: PipelineTopology.graphQueue, redelivered: true)
        try await run(worker(journal)) { [broker] in broker.settled.count == 1 }
        #expect(graph.events.count == 1)
        // A failure of the same message is its first one, and it waits for the shortest delay.
        graph.fail(with: [StoreError(.transient, "deadlock")])
        broker.put([message(2, headers: headers)], into: PipelineTopology.graphQueue, redelivered: true)
        try await run(worker(journal)) { [broker] in broker.settled.count == 2 }
        #expect(broker.published.map(\.routingKey) == ["events.neo4j.retry.5s"])
        #expect(broker.published[0].message.properties.headers["x-death"] == nil)
        #expect(FailureHistory(broker.published[0].message.properties.headers).attempts == 1)
    }

    @Test("what is held for a store that stays away goes back to the queue, and is written when the store is back")
    func heldTooLong() async throws {
        graph.fail(with: Array(repeating: StoreError(.unavailable, "away"), count: 100))
        broker.put((1...3).map { message($0) }, into: PipelineTopology.graphQueue)
        let worker = worker(try journal()) { $0.longestHold = .milliseconds(20) }
        try await run(worker) { [graph] in graph.events.count == 3 }
        #expect(broker.published.isEmpty)
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
        // Each has been delivered more than once.
        #expect(broker.settled.allSatisfy { $0.number > 3 }, "\(broker.settled)")
    }
}

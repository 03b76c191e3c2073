import EventLoops
import Events
import Foundation
import Messaging
import PipelineTesting
import RabbitMQMessaging
import Stores
import Synchronization
import TestSupport
import Testing
import Workers

extension SystemTests {
    /// The delivery contract on a real RabbitMQ, with stores that fail on demand.
    @Suite struct DeliveryTests {
        private static let now = Timestamp(microseconds: 1_767_312_000_000_000)

        private func message(_ number: Int) -> Message {
            let id = EventID(high: 0x0190_0000_0000_7000, low: UInt64(number) | 1 << 63)
            let body =
                #"{"user_id":\#(number % 500 + 1),"product_id":7,"event_type":"view","user_session":"s","event_id":"\#(id)","event_time":"2026-01-01T00:00:00Z"}"#
            return Message(body: Array(body.utf8), properties: MessageProperties(messageID: id.description))
        }

        private func publish(_ numbers: Range<Int>, _ broker: any Broker, to queue: String? = nil) async throws {
            let publications = numbers.map { number in
                Publication(
                    exchange: queue == nil ? PipelineTopology.eventExchange : "",
                    routingKey: queue ?? PipelineTopology.routingKey, message: message(number))
            }
            let outcomes = try await broker.makePublisher().publish(publications)
            try #require(outcomes.filter { $0 != .confirmed }.isEmpty)
        }

        /// The attempts for the event, each with its time.
        private final class TimedSink: EventSink {
            let tries = Recorder<ContinuousClock.Instant>()
            let failures: Int

            init(failures: Int) { self.failures = failures }

            func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
                if tries.append(.now) <= failures { throw StoreError(.transient, "deadlock") }
                return AppliedBatch(inserted: batch.count, alreadyPresent: 0)
            }
        }

        @Test(
            "an event that fails twice and then succeeds is applied once, at the right times, and never seen by the other queue"
        )
        func eventThatFailsTwiceIsAppliedOnce() async throws {
            let node = try await RabbitMQNode.start()
            let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: node.addresses.amqp))
            let delays = [600, 1_500, 60_000].map { PipelineTopology.RetryDelay(milliseconds: $0) }
            try await broker.declare(PipelineTopology.topology(retryDelays: delays))
            let sink = TimedSink(failures: 2)
            let reports = Recorder<WorkerReport>()
            let worker = Worker(
                queue: PipelineTopology.graphQueue, sink: sink, broker: broker,
                configuration: WorkerConfiguration(retry: RetryPolicy(delays: delays)),
                now: { Self.now },
                report: { reports.append($0) })
            let running = Task { await worker.run() }
            try await publish(0..<1, broker)
            try await eventually("the event applied: \(reports.entries)") {
                reports.entries.contains { if case .wrote = $0 { true } else { false } }
            }
            // The event is not delivered again.
            try await Task.sleep(for: .seconds(2))
            worker.stop()
            await running.value
            let tries = sink.tries.entries
            try #require(tries.count == 3)
            #expect(tries[1] - tries[0] >= .milliseconds(600))
            #expect(tries[2] - tries[1] >= .milliseconds(1_500))
            let status = try await broker.status(of: [
                PipelineTopology.profileQueue, PipelineTopology.deadLetterQueue, PipelineTopology.graphQueue,
            ])
            #expect(status[PipelineTopology.profileQueue]?.messages == 1, "its own copy and nothing else")
            #expect(status[PipelineTopology.deadLetterQueue]?.messages == 0)
            #expect(status[PipelineTopology.graphQueue]?.messages == 0)
            await broker.close()
        }

        @Test(
            "a store outage of ten minutes, compressed, with 50,000 messages waiting, uses no retry and causes no dead letter"
        )
        func storeOutageSpendsNoRetry() async throws {
            let node = try await RabbitMQNode.start()
            let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: node.addresses.amqp))
            try await broker.declare(PipelineTopology.topology())
            for start in stride(from: 0, to: 50_000, by: 5_000) {
                try await publish(start..<start + 5_000, broker, to: PipelineTopology.graphQueue)
            }
            let graph = FakeGraphStore()
            // With pauses of one second that is ten minutes.
            graph.fail(with: Array(repeating: StoreError(.unavailable, "away"), count: 600))
            let moved = Mutex(0)
            let breaker = StoreBreaker(backoff: Backoff(initial: .milliseconds(1), maximum: .milliseconds(5)))
            let workers = (0..<2).map { _ in
                Worker(
                    queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker, breaker: breaker,
                    configuration: WorkerConfiguration(), now: { Self.now },
                    report: { report in
                        switch report {
                        case .retrying, .deadLettered: moved.withLock { $0 += 1 }
                        default: break
                        }
                    })
            }
            let running = workers.map { worker in Task { await worker.run() } }
            try await eventually("all events written, of which are \(graph.events.count)", within: .seconds(120)) {
                graph.events.count == 50_000
            }
            for worker in workers { worker.stop() }
            for task in running { await task.value }
            #expect(graph.batches >= 600 + 100)
            #expect(moved.withLock { $0 } == 0)
            let names = PipelineTopology.topology().queues.map(\.name)
            let waiting = try await broker.status(of: names).filter { $0.value.messages > 0 }
            #expect(waiting.isEmpty, "\(waiting)")
            await broker.close()
        }

        @Test(
            "of 20,000 dead letters in three groups one group is replayed with canaries to its queue, and the others stay in order"
        )
        func deadLettersAreReplayedByGroup() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let flags = ["--broker", node.addresses.amqp, "--data-dir", directory.path]
            let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: node.addresses.amqp))
            try await broker.declare(PipelineTopology.topology())
            try await fillDeadLetters(broker)
            let groups = try Program.run(["dlq", "list", "--group"] + flags).output
            #expect(groups.split(separator: "\n").count == 4, "\(groups)")
            let others = try export(["--class", "rejected"], directory.file("before"), flags)
            #expect(others.count == 10_000)
            let worker = try Program(["worker", "--queue", "neo4j"] + flags)
            let replay = try Program.run(
                ["dlq", "replay", "--class", "retries_exhausted", "--canary", "10", "--rate", "4000", "--json"] + flags)
            #expect(replay.status == 0, "\(replay.output)")
            #expect(replay.output.contains(#""sent":10000"#), "\(replay.output)")
            try await eventually("all replayed events in the graph") {
                try Program.run(["stats", "--json"] + flags).output.contains(#""interactions":10000"#)
            }
            #expect(worker.terminate() == 0)
            let left = try export([], directory.file("after"), flags)
            #expect(left == others)
            let profileQueue = try await broker.status(of: [PipelineTopology.profileQueue])
            #expect(profileQueue[PipelineTopology.profileQueue]?.messages == 0)
            await broker.close()
        }

        private func fillDeadLetters(_ broker: any Broker) async throws {
            let publisher = try await broker.makePublisher()
            for start in stride(from: 0, to: 20_000, by: 4_000) {
                let publications = (start..<start + 4_000).map { number in
                    var message = message(number)
                    let (queue, reason, error): (String, DeadLetterReason, String) =
                        switch number % 4 {
                        case 0, 1: (PipelineTopology.graphQueue, .retriesExhausted, "deadlock on node \(number)")
                        case 2: (PipelineTopology.profileQueue, .rejected, "point \(number) has no vector")
                        default: (PipelineTopology.graphQueue, .rejected, "property \"\(number)\" is not a number")
                        }
                    DeadLetterHeaders(
                        queue: queue, reason: reason, error: error, attempts: 4, firstFailedAt: 1_760_000_000_000_000,
                        lastFailedAt: 1_760_000_001_000_000 + Int64(number), worker: "w"
                    ).write(to: &message.properties.headers)
                    return Publication(
                        exchange: PipelineTopology.deadLetterExchange, routingKey: "user.event", message: message)
                }
                let outcomes = await publisher.publish(publications)
                try #require(outcomes.filter { $0 != .confirmed }.isEmpty)
            }
        }

        private func export(_ filter: [String], _ file: String, _ flags: [String]) throws -> [String] {
            let (status, _) = try Program.run(["dlq", "export", file] + filter + flags)
            #expect(status == 0)
            return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }
}

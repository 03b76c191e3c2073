import EventLoops
import Events
import Gzip
import Messaging
import PipelineTesting
import Platform
import Stores
import Synchronization
import TestSupport
import Testing

@testable import Workers

@Suite(.timeLimit(.minutes(5))) struct WorkerTests {
    let broker = FakeBroker()
    let graph = FakeGraphStore()
    let reports = Recorder<WorkerReport>()

    func makeWorker(batch: Int = 100, crashes: CrashJournal? = nil) -> Worker {
        Worker(
            queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker,
            breaker: StoreBreaker(backoff: Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))),
            crashes: crashes,
            configuration: WorkerConfiguration(
                batch: batch, linger: .zero, name: "test"),
            now: { Timestamp(microseconds: 1_700_000_000_000_000) }, report: { [reports] in reports.append($0) })
    }

    /// Runs a worker until `condition` holds, then stops it and waits for its end.
    func run(_ worker: Worker, until condition: @Sendable () -> Bool) async {
        await withTaskGroup { group in
            group.addTask { await worker.run() }
            while !condition() { await Task.yield() }
            worker.stop()
            await group.waitForAll()
        }
    }

    func message(_ number: Int) -> Message {
        Message(
            body: Array(
                #"{"user_id":\#(number),"product_id":7,"event_type":"view","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                    .utf8),
            properties: MessageProperties(messageID: id(number).description))
    }

    func id(_ number: Int) -> EventID { EventID(high: 0x0001_0000_0000_7000, low: UInt64(number) | 1 << 63) }

    @Test("a batch is written, then acknowledged")
    func batchIsWrittenThenAcknowledged() async {
        broker.put((1...10).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 10 }
        #expect(graph.events == Set((1...10).map(id)))
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
        #expect(
            reports.entries == [
                .wrote(queue: PipelineTopology.graphQueue, AppliedBatch(inserted: 10, alreadyPresent: 0))
            ])
    }

    @Test("a redelivered event changes nothing and is acknowledged")
    func eventThatIsDeliveredAgainChanges()
        async
    {
        broker.put([message(1), message(1), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 3 }
        #expect(graph.events.count == 2)
    }

    @Test("nothing is acknowledged while the store is away, and everything when it is back")
    func nothingIsAcknowledgedWhileTheStore() async {
        let away = StoreError(.unavailable, "disk full")
        graph.fail(with: [away, away, away])
        broker.put((1...5).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 5 }
        #expect(graph.events.count == 5)
        #expect(graph.batches == 4)
        #expect(broker.published.isEmpty, "an outage of the store is not a fault of the events")
        let failed = reports.entries.filter { if case .storeFailed = $0 { true } else { false } }
        #expect(failed.count == 3)
        #expect(reports.entries.contains(.storeRecovered(queue: PipelineTopology.graphQueue)))
    }

    @Test("a worker that is stopped while the store is away leaves its batch unacknowledged")
    func workerThatIsToldToStop() async {
        graph.fail(with: Array(repeating: StoreError(.unavailable, "away"), count: 100_000))
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [reports] in reports.entries.count >= 3 }
        #expect(broker.settled.isEmpty)
        #expect(graph.events.isEmpty)
    }

    @Test("malformed and invalid events go to the dead-letter queue with their reason, and the others are written")
    func malformedAndInvalidEventsGo()
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

    @Test("equal invalid messages of one batch become letters with different ids")
    func equalInvalidMessages() async {
        let odd = Message(body: Array("[]".utf8))
        broker.put([odd, odd, odd], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 3 }
        let ids = broker.published.compactMap { DeadLetterHeaders($0.message.properties.headers)?.letter }
        #expect(ids.count == 3)
        #expect(Set(ids).count == 3)
    }

    @Test("a letter and a retry go to their own queue only, whatever copies their producer asked for")
    func copiesAreSetAside() async {
        var odd = Message(body: Array("[]".utf8))
        odd.properties.headers["CC"] = .array([.string("foreign")])
        var retried = message(1)
        retried.properties.headers["BCC"] = .array([.string("foreign")])
        graph.fail(with: [StoreError(.transient, "deadlock"), StoreError(.transient, "deadlock")])
        broker.put([odd, retried], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        let headers = broker.published.map(\.message.properties.headers)
        #expect(headers.count == 2)
        #expect(headers.allSatisfy { $0["CC"] == nil && $0["BCC"] == nil })
        #expect(headers.contains { $0["debias-cc"] == .array([.string("foreign")]) })
        #expect(headers.contains { $0["debias-bcc"] == .array([.string("foreign")]) })
    }

    @Test("a compressed event is written, and an array in its place is named in the letter")
    func compressedEvents() async {
        var event = message(1)
        event.body = Gzip.compress(event.body)
        event.properties.carried[.contentEncoding] = "gzip"
        var array = Message(body: Gzip.compress(Array("[]".utf8)))
        array.properties.headers["compression"] = .string("application/x-gzip")
        broker.put([event, array], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        #expect(graph.events == [id(1)])
        let letter = broker.published.first?.message
        #expect(letter?.body == array.body, "byte for byte")
        let error = letter.flatMap { DeadLetterHeaders($0.properties.headers)?.error }
        #expect(error?.hasPrefix("malformed: the body is a JSON array") == true, "\(error ?? "")")
    }

    @Test("an event that the store refuses is found and the rest is written", arguments: [1, 2, 3, 50, 100])
    func eventThatTheStoreRefuses(
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

    @Test(
        "a dead letter that is not confirmed stays in its queue, and its neighbours are written",
        arguments: [false, true])
    func deadLetterThatIsNotConfirmed(redelivered: Bool)
        async throws
    {
        try await withJournal { journal, _ in
            broker.answer { _ in .failed(MessagingError(.blocked, "disk full")) }
            broker.put(
                [message(1), Message(body: []), message(2)], into: PipelineTopology.graphQueue,
                redelivered: redelivered)
            await run(makeWorker(crashes: journal)) { [broker] in broker.settled.count == 3 }
            let settlements = Dictionary(uniqueKeysWithValues: broker.settled.map { ($0.number, $0.settlement) })
            #expect(settlements == [1: .acknowledge, 2: .requeue, 3: .acknowledge])
            #expect(graph.events == Set([1, 2].map(id)))
            #expect(broker.published.isEmpty)
            #expect(reports.entries.contains { if case .brokerFailed = $0 { true } else { false } })
        }
    }

    @Test("a batch asks a broker that takes no messages only once, however many events it would move")
    func batchAsksABrokerThatTakes() async throws {
        try await withJournal { journal, _ in
            let asked = Mutex(0)
            broker.answer { _ in
                asked.withLock { $0 += 1 }
                return .failed(MessagingError(.blocked, "disk full"))
            }
            broker.put(
                (0..<50).map { _ in Message(body: []) } + [message(1)], into: PipelineTopology.graphQueue,
                redelivered: true)
            await run(makeWorker(crashes: journal)) { [broker] in broker.settled.count == 51 }
            #expect(asked.withLock { $0 } == 1)
            #expect(broker.settled.count { $0.settlement == .requeue } == 50)
            #expect(graph.events == [id(1)])
        }
    }

    @Test("deliveries that could not be settled go back when their consumer closes, and are delivered again")
    func whatCouldNotBeSettledGoes() async {
        broker.failSettle(with: [MessagingError(.failed, "disk full")])
        broker.put([message(1), Message(body: []), message(2)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 3 }
        #expect(broker.settled.map(\.settlement) == [.acknowledge, .acknowledge, .acknowledge])
        #expect(broker.settled.allSatisfy { $0.number > 3 })
        #expect(graph.events == Set([1, 2].map(id)))
    }

    @Test("foreign headers that do not fit into a frame beside ours are left out of a dead letter")
    func headersOfOthersThatFit() async {
        broker.answer { publication in
            let headers = publication.message.properties.headers
            return headers["foreign"] == nil ? .confirmed : .unencodable("longer than a frame")
        }
        var malformed = Message(body: Array("no json".utf8))
        malformed.properties.headers = ["foreign": .string("x"), ReplayHeader.replay: .string("replay-1")]
        malformed.properties.type = "t"
        malformed.properties.messageID = "m"
        broker.put([malformed, message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
        let letter = broker.published.first?.message
        #expect(letter?.body == malformed.body)
        #expect(letter?.properties.type == nil)
        #expect(letter?.properties.messageID == "m")
        #expect(letter?.properties.headers[ReplayHeader.replay] == .string("replay-1"))
        #expect(letter.flatMap { DeadLetterHeaders($0.properties.headers) }?.reason == .malformed)
    }

    @Test("a message that cannot be published in any form is left to the broker to dead-letter")
    func whatCanBePublished() async {
        broker.answer { _ in .unencodable("larger than a message may be") }
        broker.put([Message(body: []), message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 2 }
        let settlements = Dictionary(uniqueKeysWithValues: broker.settled.map { ($0.number, $0.settlement) })
        #expect(settlements == [1: .reject, 2: .acknowledge])
    }

    @Test("a body that was left out is never published as an empty one")
    func bodyThatWasLeftOut() async {
        broker.answer { $0.message.isBodyLeftOut ? .unencodable("its body was left out") : .confirmed }
        var large = Message(body: [])
        large.isBodyLeftOut = true
        broker.put([Message(body: []), large, message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 3 }
        let settlements = Dictionary(uniqueKeysWithValues: broker.settled.map { ($0.number, $0.settlement) })
        #expect(settlements == [1: .acknowledge, 2: .reject, 3: .acknowledge])
        #expect(broker.published.count == 1)
    }

    @Test("a failed event is kept whatever expiration its producer set, and is not dropped for its old deaths")
    func failedEventIsKeptWhatever() async {
        var malformed = Message(body: [])
        malformed.properties.expiration = 1_000
        malformed.properties.carried = [.contentEncoding: "gzip"]
        malformed.properties.isPersistent = false
        malformed.properties.headers = [
            "x-death": .array([.table(["queue": .string("events.neo4j"), "reason": .string("expired")])]),
            "x-first-death-queue": .string("events.neo4j"), "traceparent": .string("00-1"),
            "debias-attempts": .integer(.max),
        ]
        broker.put([malformed], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        let properties = broker.published.first?.message.properties
        #expect(properties?.expiration == nil)
        #expect(properties?.isPersistent == true)
        #expect(properties?.carried == [.contentEncoding: "gzip"])
        #expect(properties?.headers["x-death"] == nil)
        #expect(properties?.headers["x-first-death-queue"] == nil)
        #expect(properties?.headers["traceparent"] == .string("00-1"))
    }

    @Test("a worker waits for a broker that is away")
    func workerWaitsForABroker() async {
        broker.failConsume(with: [MessagingError(.unavailable, "away"), MessagingError(.unavailable, "away")])
        broker.failNext(with: [MessagingError(.unavailable, "away again")])
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        #expect(graph.events == [id(1)])
    }

    @Test("a consumer that was closed is opened again")
    func consumerThatWasClosedIsOpened() async {
        broker.failNext(with: [MessagingError(.closed, "connection closed")])
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 1 }
        #expect(graph.events == [id(1)])
    }

    @Test("an idle worker ends as soon as it is stopped")
    func idleWorkerEndsAsSoon() async {
        await run(makeWorker()) { true }
        #expect(broker.settled.isEmpty)
    }

    @Test("cancelling the task ends an idle worker")
    func cancellingTheTaskEndsAnIdle() async {
        let worker = makeWorker()
        let task = Task { await worker.run() }
        task.cancel()
        await task.value
    }

    // MARK: The retry ladder

    private func transient(_ count: Int) -> [StoreError] {
        Array(repeating: StoreError(.transient, "deadlock"), count: count)
    }

    @Test("an event that fails alone waits in the delay queue of its own work queue and counts its attempts")
    func eventThatFailsAloneWaits()
        async
    {
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        for expected in ["5s", "30s", "5m"] {
            graph.fail(with: transient(1))
            let published = broker.published.count
            await run(makeWorker()) { [broker] in broker.published.count == published + 1 }
            let retry = broker.published[published]
            #expect(retry.exchange.isEmpty)
            #expect(retry.routingKey == "events.neo4j.retry.\(expected)")
            #expect(retry.message.body == message(1).body)
            broker.put([retry.message], into: PipelineTopology.graphQueue)
        }
        graph.fail(with: transient(1))
        await run(makeWorker()) { [broker] in broker.published.count == 4 }
        let letter = broker.published[3]
        #expect(letter.exchange == "events.dlx")
        let headers = DeadLetterHeaders(letter.message.properties.headers)
        #expect(headers?.reason == .retriesExhausted)
        #expect(headers?.attempts == 4)
        #expect(
            FailureHistory(letter.message.properties.headers).entries.map(\.error)
                == Array(repeating: "deadlock", count: 4))
        #expect(graph.events.isEmpty)
    }

    @Test("an event that fails twice and then succeeds is written once")
    func eventThatFailsTwice() async {
        graph.fail(with: transient(1))
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.published.count == 1 }
        graph.fail(with: transient(1))
        broker.put([broker.published[0].message], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.published.count == 2 }
        broker.put([broker.published[1].message], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [graph] in graph.events == [id(1)] }
        #expect(broker.published.count == 2)
    }

    @Test("a transient failure of a batch delays only the events that keep failing")
    func transientFailureOfABatchHolds()
        async
    {
        // The batch, its halves, the first quarter; then event 1 alone.
        graph.fail(with: transient(4))
        broker.put((1...8).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 8 }
        #expect(graph.events.count == 7)
        #expect(broker.published.map(\.routingKey) == ["events.neo4j.retry.5s"])
    }

    @Test("an outage that the store reports as transient moves no event up the retry ladder")
    func outageThatTheStoreCallsTransient() async {
        graph.fail(with: transient(60))
        broker.put((1...16).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in broker.settled.count == 16 }
        #expect(graph.events.count == 16)
        #expect(broker.published.isEmpty)
        #expect(reports.entries.contains { if case .storeFailed = $0 { true } else { false } })
    }

    @Test("an outage of the store uses no attempts and causes no dead letters, however long it lasts")
    func outageOfTheStoreSpends() async {
        graph.fail(with: Array(repeating: StoreError(.unavailable, "away"), count: 200))
        let worn = FailureHistoryMaker.message(message(1), attempts: 3)
        broker.put([worn] + (2...50).map(message), into: PipelineTopology.graphQueue)
        await run(makeWorker(batch: 10)) { [broker] in broker.settled.count == 50 }
        #expect(graph.events.count == 50)
        #expect(broker.published.isEmpty)
    }

    @Test("a retry that no queue takes stays in its work queue")
    func retryThatNoQueueTakesStays() async {
        broker.answer { _ in .returned("312 NO_ROUTE") }
        graph.fail(with: transient(1))
        broker.put([message(1)], into: PipelineTopology.graphQueue)
        await run(makeWorker()) { [broker] in !broker.settled.isEmpty }
        #expect(broker.settled.map(\.settlement) == [.requeue])
    }

    // MARK: Events that kill their worker

    /// - Parameter afterDeath: Whether a process has died before, so that redelivered events are processed alone.
    private func withJournal(
        afterDeath: Bool = true, _ body: (CrashJournal, String) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let directory = "\(folder.path)/crashes"
        let journal = try CrashJournal(directory: directory)
        if afterDeath {
            try FileSystem.createDirectory("\(directory)/\(CrashJournal.processFolder)")
            try FileSystem.replace("\(directory)/\(CrashJournal.processFolder)/dead.lock", with: [])
        }
        try await body(journal, directory)
    }

    @Test("after a death, redelivered events are written first and one by one, and leave no note")
    func eventsThatWereDelivered() async throws {
        try await withJournal { journal, directory in
            broker.put((1...5).map(message), into: PipelineTopology.graphQueue)
            broker.put((6...7).map(message), into: PipelineTopology.graphQueue, redelivered: true)
            await run(makeWorker(crashes: journal)) { [broker] in broker.settled.count == 7 }
            #expect(graph.events.count == 7)
            #expect(graph.batches == 3)
            #expect(broker.settled.map(\.number) == [6, 7, 1, 2, 3, 4, 5])
            let notes = try FileSystem.list(directory).filter { $0 != CrashJournal.processFolder }
            #expect(notes.isEmpty)
        }
    }

    @Test("events that come again since a worker was stopped, or lost its broker, are written together")
    func eventsThatWereGivenBack() async throws {
        try await withJournal(afterDeath: false) { journal, _ in
            broker.put((1...5).map(message), into: PipelineTopology.graphQueue, redelivered: true)
            await run(makeWorker(crashes: journal)) { [broker] in broker.settled.count == 5 }
            #expect(graph.events.count == 5)
            #expect(graph.batches == 1)
        }
    }

    @Test("an event that killed its worker three times is a dead letter, and its neighbours are written")
    func eventThatKilledItsWorkerThree() async throws {
        try await withJournal(afterDeath: false) { journal, directory in
            let poison = Delivery(
                tag: DeliveryTag(epoch: 1, number: 1), message: message(1), exchange: "events",
                routingKey: "user.event", redelivered: true)
            // Three processes that began the event and died before its end.
            for crash in 0..<3 {
                let before = try journal.begin(poison, queue: PipelineTopology.graphQueue)
                #expect(before.deaths == crash)
            }
            broker.put((1...3).map(message), into: PipelineTopology.graphQueue, redelivered: true)
            await run(makeWorker(crashes: journal)) { [broker] in broker.settled.count == 3 }
            #expect(graph.events == Set([2, 3].map(id)))
            let letter = broker.published.first.flatMap { DeadLetterHeaders($0.message.properties.headers) }
            #expect(letter?.reason == .retriesExhausted)
            #expect(letter?.error.contains("ended 3 times") == true)
            let notes = try FileSystem.list(directory).filter { $0 != CrashJournal.processFolder }
            #expect(notes.isEmpty)
        }
    }
}

private enum FailureHistoryMaker {
    static func message(_ message: Message, attempts: Int) -> Message {
        var message = message
        var history = FailureHistory()
        for attempt in 0..<attempts { history.failed(at: Int64(attempt), error: "e", worker: "w") }
        history.write(to: &message.properties.headers)
        return message
    }
}

import DeadLetters
import Embedded
import Events
import Messaging
import Platform
import TestSupport
import Testing

/// Over the embedded broker; the same commands run over RabbitMQ in SystemTests.
@Suite(.timeLimit(.minutes(5))) struct DeadLetterQueueTests {
    private struct Setting {
        let directory: TemporaryDirectory
        let broker: EmbeddedBroker
        let queue: DeadLetterQueue

        init() async throws {
            directory = try TemporaryDirectory()
            broker = try await EmbeddedBroker.open(directory: directory.path)
            try await broker.declare(PipelineTopology.topology())
            queue = DeadLetterQueue(broker)
        }

        /// Letters 0 ..< count; every third is from the profile queue.
        func fill(_ count: Int) async throws {
            let publications = (0..<count).map { number in
                var message = Message(
                    body: Array(#"{"user_id":\#(number + 1),"event_id":"\#(Self.id(number))"}"#.utf8),
                    properties: MessageProperties(messageID: Self.id(number).description))
                DeadLetterHeaders(
                    queue: number.isMultiple(of: 3) ? "events.qdrant" : "events.neo4j", reason: .retriesExhausted,
                    error: "deadlock on node \(number)", attempts: 4, firstFailedAt: 1, lastFailedAt: Int64(number),
                    worker: "w"
                ).write(to: &message.properties.headers)
                return Publication(exchange: "events.dlx", routingKey: "user.event", message: message)
            }
            let outcomes = try await broker.makePublisher().publish(publications)
            #expect(outcomes.filter { $0 != .confirmed }.isEmpty)
        }

        static func id(_ number: Int) -> EventID { EventID(high: 0x0190_0000_0000_7000, low: UInt64(number) | 1 << 63) }

        func letters() async throws -> [String] {
            var ids: [String] = []
            try await queue.look { letter in
                ids.append(letter.id)
                return true
            }
            return ids
        }

        func messages(_ name: String) async throws -> Int { try await broker.status(of: [name])[name]?.messages ?? -1 }

        func replay(
            _ options: Replay.Options, id: String = "r1",
            applied: @escaping Replay.Applied = { _, letters in Set(letters.compactMap(\.eventID)) }
        ) throws -> Replay {
            Replay(
                queue, record: try ReplayRecord(id: id, directory: directory.file("replays")), options: options,
                applied: applied, now: { Timestamp(microseconds: 0) })
        }
    }

    private func graphOnly() -> Replay.Options {
        var filter = DeadLetterFilter()
        filter.queue = "events.neo4j"
        return Replay.Options(filter: filter)
    }

    @Test("reading the letters, in full or in part and repeatedly, leaves every letter unchanged in its place")
    func lookingWholeOrInPart() async throws {
        let setting = try await Setting()
        try await setting.fill(3_000)
        let first = try await setting.letters()
        #expect(first.count == 3_000)
        for _ in 0..<3 {
            try await setting.queue.look { _ in false }
            let again = try await setting.letters()
            #expect(again == first)
        }
    }

    @Test("letters of many pages are all seen, in their order, and stay so")
    func manyPages() async throws {
        let setting = try await Setting()
        try await setting.fill(1_050)
        let whole = try await setting.letters()
        let paged = DeadLetterQueue(setting.broker, page: 100)
        for _ in 0..<2 {
            var ids: [String] = []
            let count = try await paged.look { letter in
                ids.append(letter.id)
                return true
            }
            #expect(count == 1_050)
            #expect(ids == whole)
        }
        let removed = try await paged.purge(graphOnly().filter)
        #expect(removed == 700)
        let rest = try await setting.letters()
        #expect(rest == whole.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element))
    }

    @Test("looks of several programs at once wait for each other, and each sees all letters")
    func concurrentLooks() async throws {
        let setting = try await Setting()
        try await setting.fill(2_000)
        let other = try await EmbeddedBroker.open(directory: setting.directory.path)
        // However busy the machine is, each look has its turn.
        let queues = [setting.broker, other].map { DeadLetterQueue($0, timeout: .seconds(240), page: 300) }
        let counts = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<8 {
                group.addTask {
                    var seen = 0
                    let total = try await queues[number % 2].look { _ in
                        seen += 1
                        return true
                    }
                    return (seen, total)
                }
            }
            return try await group.reduce(into: [(Int, Int)]()) { $0.append($1) }
        }
        #expect(counts.allSatisfy { $0 == (2_000, 2_000) }, "\(counts)")
        await other.close()
    }

    @Test("a look that finds another one under way says so after its timeout, and takes nothing from it")
    func busyLook() async throws {
        let setting = try await Setting()
        try await setting.fill(10)
        let holder = try await setting.broker.consume("events.dlq", prefetch: 4)
        let error = await #expect(throws: MessagingError.self) {
            try await DeadLetterQueue(setting.broker, timeout: .milliseconds(100)).look { _ in true }
        }
        #expect(error?.code == .busy)
        let held = try await holder.next(upTo: 4, linger: .zero)
        #expect(held.count == 4)
        await holder.close()
        #expect(try await setting.letters().count == 10)
    }

    @Test("a replay sends all matching letters to the right queue, and the others stay in order")
    func replayEmptiesItsFilter() async throws {
        let setting = try await Setting()
        try await setting.fill(3_000)
        let before = try await setting.letters()
        let dry = try await setting.replay(graphOnly()).dryRun()
        #expect(dry == ["events.neo4j": 2_000])
        let summary = try await setting.replay(graphOnly()).run()
        #expect(summary.matched == 2_000)
        #expect(summary.sent == 2_000)
        #expect(summary.stopped == nil)
        let (graph, profiles) = (
            try await setting.messages("events.neo4j"), try await setting.messages("events.qdrant")
        )
        #expect(graph == 2_000)
        #expect(profiles == 0)
        let rest = try await setting.letters()
        #expect(rest == before.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element))
    }

    @Test("a replay sends at most its limit, at the requested rate")
    func replayTakesAtMostItsLimit() async throws {
        let setting = try await Setting()
        try await setting.fill(300)
        var options = graphOnly()
        options.limit = 50
        options.rate = 100
        let start = ContinuousClock.now
        let summary = try await setting.replay(options).run()
        #expect(summary.sent == 50)
        #expect(ContinuousClock.now - start >= .milliseconds(450))
    }

    @Test("canaries that are applied let the others follow")
    func canariesThatAreAppliedLet() async throws {
        let setting = try await Setting()
        try await setting.fill(300)
        var options = graphOnly()
        options.canary = 10
        let asked = Recorder<Int>()
        let summary = try await setting.replay(options) { queue, letters in
            asked.append(letters.count)
            #expect(queue == "events.neo4j")
            return Set(letters.compactMap(\.eventID))
        }.run()
        #expect(summary.sent == 200)
        #expect(asked.entries == [10])
    }

    @Test("a canary that fails again ends the replay, and the others are not sent")
    func canaryThatFailsAgainEnds() async throws {
        let setting = try await Setting()
        try await setting.fill(300)
        var options = graphOnly()
        options.canary = 5
        let broker = setting.broker
        // A worker that gives up every event.
        let worker = Task {
            let consumer = try await broker.consume("events.neo4j", prefetch: 10)
            let publisher = try await broker.makePublisher()
            while true {
                let deliveries = try await consumer.next(upTo: 10, linger: .zero)
                if deliveries.isEmpty { break }
                for delivery in deliveries {
                    var message = delivery.message
                    DeadLetterHeaders(
                        queue: "events.neo4j", reason: .rejected, error: "again", attempts: 1, firstFailedAt: 5,
                        lastFailedAt: 5, worker: "w"
                    ).write(to: &message.properties.headers)
                    _ = await publisher.publish([Publication(exchange: "events.dlx", routingKey: "", message: message)])
                }
                try await consumer.settle(deliveries.map(\.tag), .acknowledge)
            }
            await consumer.close()
        }
        let summary = try await setting.replay(options) { _, _ in [] }.run()
        worker.cancel()
        _ = try await worker.value
        #expect(summary.sent == 5)
        #expect(summary.stopped?.contains("failed again") == true)
        let left = try await setting.letters()
        #expect(left.count == 300)
    }

    @Test("canaries without an outcome end the replay, which says how to continue")
    func canariesOfWhichNothingIsHeard() async throws {
        let setting = try await Setting()
        try await setting.fill(30)
        var options = graphOnly()
        options.canary = 5
        options.canaryTimeout = .milliseconds(300)
        let summary = try await setting.replay(options) { _, _ in [] }.run()
        #expect(summary.stopped?.contains("--resume r1") == true)
        let resumed = try await setting.replay(graphOnly()).run()
        #expect(resumed.sent == 15)
        let left = try await setting.letters()
        #expect(left.count == 10)
    }

    @Test("letters that an interrupted replay sent but did not remove are removed, and not sent again")
    func whatAnInterruptedReplaySentBut() async throws {
        let setting = try await Setting()
        try await setting.fill(9)
        var sent: [DeadLetter] = []
        try await setting.queue.look { letter in
            if letter.queue == "events.neo4j" { sent.append(letter) }
            return sent.count < 2
        }
        // The record as kill -9 leaves it, with an unfinished line.
        try FileSystem.createDirectory(setting.directory.file("replays"))
        let lines = sent.map { #"{"letter":"\#($0.id)","outcome":"sent"}"# + "\n" }.joined() + #"{"letter":"#
        try FileSystem.append(Array(lines.utf8), to: setting.directory.file("replays/r1.ndjson"))
        let summary = try await setting.replay(graphOnly()).run()
        #expect(summary.matched == 6)
        let graph = try await setting.messages("events.neo4j")
        #expect(graph == 4)
        let left = try await setting.letters()
        #expect(left.count == 3)
    }

    @Test("a purge removes the matching letters and no others")
    func purgeRemovesWhatMatchesAndNothing() async throws {
        let setting = try await Setting()
        try await setting.fill(30)
        let removed = try await setting.queue.purge(graphOnly().filter)
        #expect(removed == 20)
        let left = try await setting.letters()
        #expect(left.count == 10)
    }

    @Test("an edited letter is sent with its new body and removed")
    func editedLetterGoesOutChanged() async throws {
        let setting = try await Setting()
        try await setting.fill(2)
        let ids = try await setting.letters()
        try await setting.queue.resend(ids[1], body: Array("{}".utf8), replay: "e")
        let left = try await setting.letters()
        #expect(left == [ids[0]])
        let consumer = try await setting.broker.consume("events.neo4j", prefetch: 1)
        let delivery = try await consumer.next(upTo: 1, linger: .zero)
        #expect(delivery.map(\.message.body) == [Array("{}".utf8)])
        await consumer.close()
    }

    @Test("letters are listed by the time at which they were given up, whatever their order in the queue")
    func listedByTime() {
        var report = DeadLetterReport()
        for moment in [5, 3, 9, 1, 7, 3] as [Int64] {
            var message = Message(body: Array("\(report.matching)".utf8))
            DeadLetterHeaders(
                queue: "events.neo4j", reason: .rejected, error: "no", attempts: 1, firstFailedAt: moment,
                lastFailedAt: moment, worker: "w"
            ).write(to: &message.properties.headers)
            report.add(DeadLetter(message), keeping: 4)
        }
        #expect(report.matching == 6)
        #expect(report.letters.map { $0.lastFailedAt?.microseconds } == [1, 3, 3, 5])
        #expect(report.letters.map { String(decoding: $0.message.body, as: UTF8.self) } == ["3", "1", "5", "0"])
    }

    @Test("letters that the broker wrote return when there is room, and letters that a worker judged stay")
    func whatTheBrokerGaveUpReturns() async throws {
        let setting = try await Setting()
        try await setting.fill(6)
        var message = Message(body: Array("{}".utf8))
        message.properties.headers["x-death"] = .array([
            .table(["queue": .string("events.neo4j"), "reason": .string("maxlen"), "time": .timestamp(1)])
        ])
        let publications = Array(
            repeating: Publication(exchange: "events.dlx", routingKey: "", message: message), count: 8)
        _ = try await setting.broker.makePublisher().publish(publications)
        let restorer = DeadLetterRestorer(setting.broker, maxLength: 10) { _ in }
        let first = try await restorer.round()
        #expect(first.counts == ["events.neo4j": 5], "half of the queue's length")
        let second = try await restorer.round()
        #expect(second.counts.isEmpty, "there is no room now")
        #expect(second.sawAny, "so that it looks again")
        let left = try await setting.letters()
        #expect(left.count == 9)
    }

    @Test(
        "a letter that the broker moved for a worker stays, is not read again and again, and is shown without its body")
    func whatAWorkerHadTheBroker() async throws {
        let setting = try await Setting()
        var message = Message(body: Array("{}".utf8))
        message.properties.headers["x-death"] = .array([
            .table(["queue": .string("events.neo4j"), "reason": .string("rejected"), "time": .timestamp(1)])
        ])
        _ = try await setting.broker.makePublisher().publish([
            Publication(exchange: "events.dlx", routingKey: "", message: message)
        ])
        let round = try await DeadLetterRestorer(setting.broker, maxLength: 10) { _ in }.round()
        #expect(round.counts.isEmpty && !round.sawAny)
        #expect(try await setting.letters().count == 1)
        message.isBodyLeftOut = true
        #expect(DeadLetter(message).error == "the body is too large for an event and is not shown")
    }
}

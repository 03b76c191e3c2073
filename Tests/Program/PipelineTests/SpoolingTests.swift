import Embedded
import Messaging
import PipelineTesting
import Synchronization
import TestSupport
import Testing

/// A broker that can be away, and a spool on the disk.
private struct Setting {
    static let away = MessagingError(.unavailable, "away")

    let directory: TemporaryDirectory
    let broker = FakeBroker()
    let holder: EmbeddedBroker
    let spool: Spool
    let publisher: SpoolingPublisher

    init(limit: Int = 1_000, in directory: TemporaryDirectory? = nil) async throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        holder = try await EmbeddedBroker.open(directory: directory.path)
        spool = try await Spool(in: holder, limit: limit)
        publisher = SpoolingPublisher(try await broker.makePublisher(), spool: spool)
    }

    func publish(_ texts: String...) async -> [PublishOutcome] {
        await publisher.publish(texts.map { publication($0) })
    }

    func publication(_ text: String) -> Publication {
        Publication(
            exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
            message: Message(
                body: Array(text.utf8),
                properties: MessageProperties(
                    contentType: "application/json", messageID: text, timestamp: 7, headers: ["n": .integer(1)])))
    }

    /// Forwards until `condition` holds.
    func forward(
        _ report: @escaping @Sendable (SpoolForwarder.Report) -> Void = { _ in },
        until condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        let forwarder = SpoolForwarder(
            spool, to: broker, topology: PipelineTopology.topology(), report: report)
        try await withThrowingTaskGroup { group in
            group.addTask { await forwarder.run() }
            try await eventually("what is to be forwarded", condition)
            group.cancelAll()
        }
    }
}

@Suite("The spool") struct SpoolingTests {
    @Test("while the broker answers, nothing is spooled")
    func there() async throws {
        let setting = try await Setting()
        #expect(await setting.publish("a", "b") == [.confirmed, .confirmed])
        #expect(try await setting.spool.status() == SpoolStatus(messages: 0, limit: 1_000, cause: nil))
        await setting.spool.close()
    }

    @Test(
        "an event without an answer from the broker is spooled",
        arguments: [
            PublishOutcome.failed(Setting.away), .failed(MessagingError(.blocked, "memory")), .unknown(Setting.away),
        ])
    func spools(_ outcome: PublishOutcome) async throws {
        let setting = try await Setting()
        setting.broker.answer { $0.message.properties.messageID == "b" ? outcome : .confirmed }
        #expect(await setting.publish("a", "b", "c") == [.confirmed, .spooled, .confirmed])
        let cause = if case .failed(let error) = outcome { error.message } else { "away" }
        #expect(try await setting.spool.status() == SpoolStatus(messages: 1, limit: 1_000, cause: cause))
        await setting.spool.close()
    }

    @Test(
        "an event that the broker answered is not spooled, whatever the answer",
        arguments: [PublishOutcome.returned("312 NO_ROUTE"), .rejected("full")])
    func answers(_ outcome: PublishOutcome) async throws {
        let setting = try await Setting()
        setting.broker.answer { _ in outcome }
        #expect(await setting.publish("a") == [outcome])
        #expect(try await setting.spool.status().messages == 0)
        await setting.spool.close()
    }

    @Test("a broker that failed is not asked again until the forwarder has reached it")
    func asksOnce() async throws {
        let setting = try await Setting()
        let tries = Mutex(0)
        let isAway = Mutex(true)
        setting.broker.answer { _ in
            tries.withLock { $0 += 1 }
            return isAway.withLock { $0 } ? .failed(Setting.away) : .confirmed
        }
        for text in ["a", "b", "c"] { #expect(await setting.publish(text) == [.spooled]) }
        #expect(tries.withLock { $0 } == 1)
        isAway.withLock { $0 = false }
        try await setting.forward { try await !setting.spool.status().isInUse }
        #expect(await setting.publish("d") == [.confirmed])
        await setting.spool.close()
    }

    @Test("spooled events come to the broker unchanged, in order of arrival, and leave the spool")
    func forwards() async throws {
        let setting = try await Setting(limit: 10_000)
        setting.broker.answer { _ in .failed(Setting.away) }
        let texts = (0..<1_200).map { "event \($0)" }
        for start in stride(from: 0, to: texts.count, by: 100) {
            let outcomes = await setting.publisher.publish(
                texts[start..<start + 100].map { setting.publication($0) })
            #expect(outcomes == Array(repeating: .spooled, count: 100))
        }
        setting.broker.answer { _ in .confirmed }
        try await setting.forward { try await setting.spool.status().messages == 0 }
        #expect(setting.broker.published == texts.map { setting.publication($0) })
        await setting.spool.close()
    }

    @Test("after a partly accepted batch no event is sent twice, and the rest keeps its order")
    func parts() async throws {
        let setting = try await Setting()
        setting.broker.answer { _ in .failed(Setting.away) }
        _ = await setting.publish("a", "b", "c", "d")
        let tries = Mutex(0)
        setting.broker.answer { publication in
            let attempt = tries.withLock {
                $0 += 1
                return $0
            }
            let isOdd =
                publication.message.properties.messageID == "a" || publication.message.properties.messageID == "c"
            return attempt > 4 || isOdd ? .confirmed : .unknown(Setting.away)
        }
        try await setting.forward { try await setting.spool.status().messages == 0 }
        #expect(setting.broker.published.map(\.message.properties.messageID) == ["a", "c", "b", "d"])
        await setting.spool.close()
    }

    @Test("a full spool refuses events, and the error names the option for its size")
    func full() async throws {
        let setting = try await Setting(limit: 2)
        setting.broker.answer { _ in .failed(Setting.away) }
        #expect(await setting.publish("a", "b") == [.spooled, .spooled])
        let outcome = try #require(await setting.publish("c").first)
        #expect("\(outcome)".contains("--spool-limit"))
        #expect(outcome != .spooled)
        #expect(try await setting.spool.status().isFull)
        await setting.spool.close()
    }

    @Test("batches that come at once do not exceed the limit together")
    func concurrentBatches() async throws {
        let setting = try await Setting(limit: 1_000)
        setting.broker.answer { _ in .failed(Setting.away) }
        #expect(await setting.publish("first") == [.spooled])
        let spooled = await withTaskGroup { group in
            for batch in 0..<20 {
                group.addTask {
                    let outcomes = await setting.publisher.publish(
                        (0..<150).map { setting.publication("\(batch) \($0)") })
                    return outcomes.count { $0 == .spooled }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(spooled >= 150, "there was room for some")
        let held = try await setting.spool.status().messages
        #expect(held == spooled + 1)
        #expect(held <= 1_000)
        // What was refused has given its place back.
        #expect(await setting.publish("last") == [.spooled])
        await setting.spool.close()
    }

    @Test("a batch larger than the whole spool is told apart from a spool that is full now, and nothing of it is kept")
    func larger() async throws {
        let setting = try await Setting(limit: 2)
        setting.broker.answer { _ in .failed(Setting.away) }
        let outcomes = await setting.publish("a", "b", "c")
        #expect(outcomes.count == 3)
        for outcome in outcomes {
            guard case .failed(let error) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(error.code == .tooMany)
            #expect(error.message.contains("2 events (--spool-limit)"))
        }
        #expect(try await setting.spool.status().messages == 0)
        #expect(await setting.publish("a", "b") == [.spooled, .spooled])
        await setting.spool.close()
    }

    @Test("spooled events outlive the process")
    func restart() async throws {
        let first = try await Setting()
        first.broker.answer { _ in .failed(Setting.away) }
        #expect(await first.publish("a", "b") == [.spooled, .spooled])
        await first.spool.close()

        let second = try await Setting(in: first.directory)
        try await second.forward { try await second.spool.status().messages == 0 }
        #expect(second.broker.published.map(\.message.properties.messageID) == ["a", "b"])
        await second.spool.close()
    }

    @Test("events that no queue takes stay in the spool and are reported")
    func unroutable() async throws {
        let setting = try await Setting()
        setting.broker.answer { _ in .failed(Setting.away) }
        _ = await setting.publish("a")
        setting.broker.answer { _ in .returned("312 NO_ROUTE") }
        let causes = Recorder<String>()
        try await setting.forward {
            if case .waiting(let cause, _) = $0 { causes.append(cause) }
        } until: {
            causes.entries.contains { $0.contains("312 NO_ROUTE") }
        }
        #expect(try await setting.spool.status().messages == 1)
        await setting.spool.close()
    }
}

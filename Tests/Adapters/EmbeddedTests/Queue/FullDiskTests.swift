import Messaging
import Platform
import SQLite
import TestSupport
import Testing

@testable import Embedded

@Suite("Embedded queues on a full disk", .timeLimit(.minutes(5))) struct FullDiskTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    private func limit(_ broker: EmbeddedBroker, pages: Int) async throws {
        try await broker.engine.database.write { connection in
            try connection.execute("PRAGMA max_page_count = \(pages)")
        }
    }

    @Test("publishers are blocked, nothing accepted is lost, and publishing resumes when there is room")
    func publishing() async throws {
        let broker = try await fixture.open()
        try await broker.declare(
            exchanges: [Exchange(name: "x", kind: .fanout)], queues: [Queue(name: "a"), Queue(name: "b")],
            bindings: [Binding(exchange: "x", queue: "a"), Binding(exchange: "x", queue: "b")])
        try await limit(broker, pages: 100)
        let publisher = try await broker.makePublisher()
        let body = [UInt8](repeating: 120, count: 1_000)
        var confirmed = 0
        var blocked = 0
        while blocked < 3 {
            let outcomes = await publisher.publish([
                Publication(exchange: "x", routingKey: "", message: Message(body: body))
            ])
            switch outcomes[0] {
            case .confirmed: confirmed += 1
            case .failed(let error):
                #expect(error.code == .blocked)
                blocked += 1
            default: Issue.record("\(outcomes)")
            }
        }
        #expect(confirmed > 20)
        // No publication is stored by half: both queues hold the same.
        let status = try await broker.status(of: ["a", "b"])
        #expect(status["a"]?.ready == confirmed && status["b"]?.ready == confirmed)

        // Consumers go on and make room.
        for queue in ["a", "b"] {
            let consumer = try await broker.consume(queue, prefetch: 1_000)
            let taken = try await consumer.take(confirmed)
            #expect(taken.allSatisfy { $0.message.body == body })
            try await consumer.settle(taken.map(\.tag), .acknowledge)
        }
        let again = Array(
            repeating: Publication(exchange: "x", routingKey: "", message: Message(body: body)), count: confirmed)
        #expect(await publisher.publish(again).allSatisfy { $0 == .confirmed })
        await broker.close()
    }

    @Test(
        "a disk that the queue has filled is drained with the reserve, and then takes messages again",
        .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
    func draining() async throws {
        let volume = try SmallVolume(at: fixture.path, kibibytes: 48 << 10)
        defer { volume.unmount() }
        let broker = try await fixture.open { $0.reserve = DiskReserve(directory: fixture.path) }
        try await broker.declare(queues: [Queue(name: "q")])
        let publisher = try await broker.makePublisher()
        let large = Publication(
            exchange: "", routingKey: "q", message: Message(body: Array(repeating: 120, count: 50_000)))
        var confirmed = 0
        while await publisher.publish([large]) == [.confirmed] { confirmed += 1 }
        #expect(confirmed > 100)
        try volume.fill()

        let consumer = try await broker.consume("q", prefetch: 50)
        var taken = 0
        while taken < confirmed {
            let deliveries = try await consumer.take(min(50, confirmed - taken))
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
            taken += deliveries.count
            guard taken < 100 else { continue }
            guard case .failed(let refusal) = await publisher.publish([large])[0] else {
                Issue.record("the reserve is not for new messages")
                return
            }
            #expect(refusal.code == .blocked)
            #expect(refusal.message.contains("the disk of \(fixture.path) is full"))
            #expect(await broker.publishingFailure()?.code == .blocked)
        }
        // Nobody has made room but the consumer.
        try await eventually("messages are taken again") { await publisher.publish([large]) == [.confirmed] }
        #expect(await broker.publishingFailure() == nil)
        await broker.close()
    }

    @Test(
        "on a full disk the queue is opened with the reserve and can be read; it takes messages once there is room",
        .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
    func opening() async throws {
        let volume = try SmallVolume(at: fixture.path, kibibytes: 24 << 10)
        defer { volume.unmount() }
        func open() async throws -> EmbeddedBroker {
            let broker = try await fixture.open { $0.reserve = DiskReserve(directory: fixture.path) }
            try await broker.declare(queues: [Queue(name: "q")])
            return broker
        }
        let first = try await open()
        try await first.publish(["a"], to: "q")
        await first.close()
        try volume.fill()

        let second = try await open()
        #expect(try await second.readyTexts("q") == ["a"])
        guard case .failed(let refusal) = try await second.publish(["b"], to: "q")[0] else {
            Issue.record("the reserve is not for new messages")
            return
        }
        #expect(refusal.code == .blocked)
        volume.removeBallast()
        try await eventually("messages are taken again") { try await second.publish(["b"], to: "q") == [.confirmed] }
        #expect(try await second.readyTexts("q") == ["a", "b"])
        await second.close()
    }

    @Test("settling goes on while publishers keep trying")
    func settling() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish((0..<100).map { "\($0) " + String(repeating: "x", count: 500) }, to: "q")
        let consumer = try await broker.consume("q", prefetch: 100)
        let held = try await consumer.take(100)
        let pages = try await broker.engine.database.read { connection in
            try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
        }
        try await limit(broker, pages: pages)
        let publisher = try await broker.makePublisher()
        let large = Publication(
            exchange: "", routingKey: "q", message: Message(body: Array(repeating: 0, count: 1 << 20)))
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !Task.isCancelled {
                        guard case .failed(let error) = await publisher.publish([large])[0] else {
                            Issue.record("a publication of a mebibyte found room")
                            return
                        }
                        #expect(error.code == .blocked)
                    }
                }
            }
            for delivery in held.prefix(50) {
                await #expect(throws: Never.self) { try await consumer.settle([delivery.tag], .acknowledge) }
            }
            group.cancelAll()
        }
        #expect(try await broker.status(of: ["q"])["q"]?.messages == 50)
        await broker.close()
    }

    @Test("a rejection that finds no room for the dead letter leaves the message held")
    func rejecting() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "work", deadLetterExchange: "", deadLetterRoutingKey: "dead"), Queue(name: "dead"))
        // The dead letter must find no room in the pages that it leaves.
        try await broker.publish([String(repeating: "x", count: 100_000)], to: "work")
        let consumer = try await broker.consume("work", prefetch: 1)
        let held = try await consumer.take(1)
        let pages = try await broker.engine.database.read { connection in
            try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
        }
        try await limit(broker, pages: pages)
        let error = await #expect(throws: MessagingError.self) {
            try await consumer.settle(held.map(\.tag), .reject)
        }
        #expect(error?.code == .blocked)
        #expect(try await broker.status(of: ["work"])["work"]?.unacknowledged == 1)
        try await limit(broker, pages: 100_000)
        try await consumer.settle(held.map(\.tag), .reject)
        #expect(try await broker.status(of: ["dead"])["dead"]?.ready == 1)
        await broker.close()
    }
}

import Messaging
import PipelineTesting
import Platform
import SQLite
import TestSupport
import Testing

@testable import Embedded

@Suite("Sessions of embedded brokers", .timeLimit(.minutes(5))) struct QueueEngineSessionsTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    private var sessionFiles: [String] {
        get throws { try FileSystem.list("\(fixture.path)/sessions") }
    }

    @Test("a session begins with the first consumer and leaves nothing behind")
    func lifetime() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish(["a"], to: "q")
        #expect(!FileSystem.exists("\(fixture.path)/sessions"))
        let consumer = try await broker.consume("q", prefetch: 1)
        _ = try await broker.consume("q", prefetch: 1)
        #expect(try sessionFiles.count == 1)
        _ = try await consumer.take(1)
        await broker.close()
        #expect(try sessionFiles.isEmpty)
        let other = try await fixture.open()
        let rows = try await other.engine.database.read { connection in
            try ["session", "consumer", "claim"].map { table in
                try connection.prepare(dynamic: "SELECT count(*) FROM \(table)").first { $0.int(0) } ?? -1
            }
        }
        #expect(rows == [0, 0, 0])
        await other.close()
    }

    @Test("a broker that was taken for dead starts again, and only the new holder settles what it held")
    func takenForDead() async throws {
        let robbed = try await fixture.open(with: Queue(name: "q"))
        try await robbed.publish(["a", "b"], to: "q")
        let consumer = try await robbed.consume("q", prefetch: 5)
        let held = try await consumer.take(2)
        // Somebody removes the files of the sessions: to other processes, the owner is dead.
        for file in try sessionFiles { try FileSystem.remove("\(fixture.path)/sessions/\(file)") }
        let other = try await fixture.open()
        let second = try await other.consume("q", prefetch: 1)
        let given = try await second.take(1)
        #expect(given.map(\.message.text) == ["a"])
        #expect(given.map(\.redelivered) == [true])

        // Settling what was lost does nothing; the consumer goes on with the remaining messages.
        try await consumer.settle(held.map(\.tag), .acknowledge)
        let again = try await consumer.take(1)
        #expect(again.map(\.message.text) == ["b"])
        #expect(again.first?.tag.epoch != held.first?.tag.epoch)
        let status = try await other.status(of: ["q"])["q"]
        #expect(status == QueueStatus(ready: 0, unacknowledged: 2, consumers: 2))
        try await second.settle(given.map(\.tag), .acknowledge)
        try await consumer.settle(again.map(\.tag), .acknowledge)
        #expect(try await other.status(of: ["q"])["q"]?.messages == 0)
        await robbed.close()
        await other.close()
    }

    @Test("counters and claims agree with the messages after any operations", arguments: 0..<6)
    func bookkeeping(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let broker = try await fixture.open(
            with: Queue(
                name: "q", deadLetterExchange: "", deadLetterRoutingKey: "dead", maxPriority: seed % 2 == 0 ? 3 : nil),
            Queue(name: "dead"))
        var consumers = [try await broker.consume("q", prefetch: 20), try await broker.consume("q", prefetch: 7)]
        var held: [[Delivery]] = [[], []]
        var alive: Set<String> = []
        var number = 0
        for _ in 0..<150 {
            let index = Int.random(in: 0...1, using: &random)
            switch Int.random(in: 0...6, using: &random) {
            case 0, 1:
                let texts = (0..<Int.random(in: 1...8, using: &random)).map { "\(number + $0)" }
                number += texts.count
                let properties = MessageProperties(priority: .random(in: 0...4, using: &random))
                try await broker.publish(texts, to: "q", properties: properties)
                alive.formUnion(texts)
            case 2, 3:
                let ready = try #require(try await broker.status(of: ["q"])["q"]).ready
                let room = (index == 0 ? 20 : 7) - held[index].count
                let count = min(ready, room, Int.random(in: 1...10, using: &random))
                if count > 0 { held[index] += try await consumers[index].take(count) }
            case 4, 5:
                held[index].shuffle(using: &random)
                let part = held[index].prefix(Int.random(in: 0...held[index].count, using: &random))
                let settlement = [Settlement.acknowledge, .requeue, .reject].randomElement(using: &random) ?? .requeue
                try await consumers[index].settle(part.map(\.tag), settlement)
                if settlement != .requeue { alive.subtract(part.map(\.message.text)) }
                held[index].removeFirst(part.count)
            default:
                await consumers[index].close()
                consumers[index] = try await broker.consume("q", prefetch: index == 0 ? 20 : 7)
                held[index] = []
            }
            try await check(broker, alive: alive, held: held)
        }
        await broker.close()
    }

    private func check(_ broker: EmbeddedBroker, alive: Set<String>, held: [[Delivery]]) async throws {
        let messages = try await broker.browse("q", limit: 10_000)
        #expect(Set(messages.map(\.message.text)) == alive)
        let heldTexts = Set(held.joined().map(\.message.text))
        #expect(Set(messages.filter { !$0.isReady }.map(\.message.text)) == heldTexts)
        let status = try #require(try await broker.status(of: ["q"])["q"])
        #expect(status.unacknowledged == heldTexts.count)
        #expect(status.ready == alive.count - heldTexts.count)
        // Exactly the held positions are claimed, each once.
        let claimed = try await broker.engine.database.read { connection in
            try connection.query(
                """
                SELECT position FROM claim JOIN queue_1 ON position BETWEEN first AND last WHERE queue = 1
                ORDER BY position
                """
            ) { $0.int64(0) }
        }
        #expect(claimed == messages.filter { !$0.isReady }.map(\.position))
    }
}

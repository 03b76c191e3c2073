import Embedded
import Messaging
import PipelineTesting
import Testing

@Suite("The length of embedded queues", .timeLimit(.minutes(5))) struct QueueLengthTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("everything that overflows in one batch is dead-lettered, oldest first")
    func batch() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "work", maxLength: 10, deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead"))
        try await broker.publish((0..<1_000).map(String.init), to: "work")
        #expect(try await broker.readyTexts("work") == (990..<1_000).map(String.init))
        #expect(try await broker.readyTexts("dead") == (0..<990).map(String.init))
        await broker.close()
    }

    @Test("dropped messages that fill another queue make it drop in turn")
    func cascade() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "a", maxLength: 2, deadLetterExchange: "", deadLetterRoutingKey: "b"),
            Queue(name: "b", maxLength: 2, deadLetterExchange: "", deadLetterRoutingKey: "c"), Queue(name: "c"))
        try await broker.publish((0..<6).map(String.init), to: "a")
        #expect(try await broker.readyTexts("a") == ["4", "5"])
        #expect(try await broker.readyTexts("b") == ["2", "3"])
        #expect(try await broker.readyTexts("c") == ["0", "1"])
        await broker.close()
    }

    @Test("two full queues that overflow into each other come to rest")
    func circle() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "a", maxLength: 50, deadLetterExchange: "", deadLetterRoutingKey: "b"),
            Queue(name: "b", maxLength: 50, deadLetterExchange: "", deadLetterRoutingKey: "a"))
        try await broker.publish((0..<2_000).map(String.init), to: "a")
        while true {
            let status = try await broker.status(of: ["a", "b"])
            if status["a"]?.ready == 50, status["b"]?.ready ?? 99 <= 50 { break }
            await Task.yield()
        }
        await broker.close()
    }

    @Test("messages that come back into a full queue displace the oldest")
    func requeue() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "work", maxLength: 3, deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead"))
        try await broker.publish(["1", "2", "3"], to: "work")
        let consumer = try await broker.consume("work", prefetch: 2)
        let held = try await consumer.take(2)
        try await broker.publish(["4", "5"], to: "work")
        #expect(try await broker.readyTexts("dead") == [])
        await consumer.cancel()
        try await consumer.settle(held.map(\.tag), .requeue)
        #expect(try await broker.readyTexts("work") == ["3", "4", "5"])
        #expect(try await broker.readyTexts("dead") == ["1", "2"])
        await broker.close()
    }

    @Test("a message for a waiting consumer needs no room")
    func straightThrough() async throws {
        let broker = try await fixture.open(with: Queue(name: "work", maxLength: 0))
        let consumer = try await broker.consume("work", prefetch: 10)
        async let delivery = consumer.take(1)
        var isTaken = false
        // Until the consumer waits, the queue of length 0 drops what comes.
        while !isTaken {
            try await broker.publish(["a"], to: "work")
            isTaken = try await broker.status(of: ["work"])["work"]?.unacknowledged == 1
        }
        #expect(try await delivery.map(\.message.text) == ["a"])
        #expect(try await broker.status(of: ["work"])["work"]?.ready == 0)
        await broker.close()
    }

    @Test("a full queue takes dead letters, which have no publisher, above its limit, but no publications")
    func fullGraveyard() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "work", deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead", maxLength: 1, overflow: .rejectPublish))
        try await broker.publish(["1", "2"], to: "work")
        let consumer = try await broker.consume("work", prefetch: 2)
        try await consumer.settle(try await consumer.take(2).map(\.tag), .reject)
        #expect(try await broker.publish(["3"], to: "dead") != [.confirmed])
        #expect(try await broker.readyTexts("dead") == ["1", "2"])
        #expect(try await broker.status(of: ["work"])["work"]?.messages == 0)
        await broker.close()
    }
}

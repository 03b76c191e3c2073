import Messaging
import PipelineTesting
import Testing

@testable import Embedded

@Suite("Expiry in embedded queues", .timeLimit(.minutes(5))) struct ExpiryTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    private func ready(_ broker: EmbeddedBroker, _ queue: String) async throws -> Int? {
        // Waits for a turn, so that everything that is due now is done.
        try await broker.engine.operate { _, _ in }
        return try await broker.status(of: [queue])[queue]?.ready
    }

    @Test("a message expires when its time is over, not before")
    func moment() async throws {
        let broker = try await fixture.openWithManualClock()
        try await broker.declare(queues: [
            Queue(name: "work", messageTTL: 5_000, deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead"),
        ])
        try await broker.publish(["a"], to: "work")
        fixture.clock.advance(by: 5_000)
        #expect(try await ready(broker, "work") == 1)
        fixture.clock.advance(by: 1)
        #expect(try await ready(broker, "work") == 0)
        #expect(try await broker.readyTexts("dead") == ["a"])
        await broker.close()
    }

    @Test("expiry looks at the first message only, as RabbitMQ's classic queues do")
    func headOnly() async throws {
        let broker = try await fixture.openWithManualClock()
        try await broker.declare(queues: [Queue(name: "q")])
        try await broker.publish(["slow"], to: "q", properties: MessageProperties(expiration: 10_000))
        try await broker.publish(["quick"], to: "q", properties: MessageProperties(expiration: 1_000))
        try await broker.publish(["last"], to: "q")
        fixture.clock.advance(by: 2_000)
        #expect(try await ready(broker, "q") == 3)
        // Once the message before it is taken, the queue finds that its time is over.
        let consumer = try await broker.consume("q", prefetch: 1)
        let taken = try await consumer.take(1)
        #expect(taken.map(\.message.text) == ["slow"])
        #expect(try await ready(broker, "q") == 1)
        try await consumer.settle(taken.map(\.tag), .acknowledge)
        #expect(try await consumer.take(1).map(\.message.text) == ["last"])
        await broker.close()
    }

    @Test("a consumer never gets an expired message, even if expiry has not been checked yet")
    func claiming() async throws {
        let broker = try await fixture.openWithManualClock()
        try await broker.declare(queues: [
            Queue(name: "work", deadLetterExchange: "", deadLetterRoutingKey: "dead"), Queue(name: "dead"),
        ])
        for (index, expiration) in ([nil, 1, nil, 1, 1, nil] as [UInt32?]).enumerated() {
            try await broker.publish(
                ["\(index)"], to: "work", properties: MessageProperties(expiration: expiration))
        }
        fixture.clock.advance(by: 100)
        let consumer = try await broker.consume("work", prefetch: 10)
        #expect(try await consumer.take(3).map(\.message.text) == ["0", "2", "5"])
        #expect(try await broker.readyTexts("dead") == ["1", "3", "4"])
        let status = try await broker.status(of: ["work"])["work"]
        #expect(status == QueueStatus(ready: 0, unacknowledged: 3, consumers: 1))
        await broker.close()
    }

    @Test("a message climbs the whole retry ladder: 5 s, 30 s, 5 min, each time back to its queue alone")
    func ladder() async throws {
        let broker = try await fixture.openWithManualClock()
        try await broker.declare(PipelineTopology.topology())
        let queue = PipelineTopology.graphQueue
        try await broker.publish(["event"], to: queue)
        let consumer = try await broker.consume(queue, prefetch: 1)
        for delay in PipelineTopology.RetryDelay.standard {
            let delivery = try #require(try await consumer.take(1).first)
            let retry = PipelineTopology.retryQueue(of: queue, delay)
            let outcomes = try await broker.makePublisher().publish([
                Publication(exchange: "", routingKey: retry, message: delivery.message)
            ])
            #expect(outcomes == [.confirmed])
            try await consumer.settle([delivery.tag], .acknowledge)
            fixture.clock.advance(by: delay.milliseconds)
            #expect(try await ready(broker, retry) == 1)
            fixture.clock.advance(by: 1)
            broker.engine.timeDidChange()
        }
        let last = try #require(try await consumer.take(1).first)
        #expect(last.message.text == "event")
        // Each retry was published as a new message, so the history has only the last step.
        guard case .array(let deaths)? = last.message.properties.headers["x-death"] else {
            Issue.record("no x-death")
            return
        }
        #expect(deaths.count == 1)
        #expect(try await ready(broker, PipelineTopology.profileQueue) == 0)
        #expect(try await ready(broker, PipelineTopology.deadLetterQueue) == 0)
        await broker.close()
    }

    @Test("a backlog that expires at once is dead-lettered to the last message, in order")
    func backlog() async throws {
        let broker = try await fixture.openWithManualClock()
        try await broker.declare(queues: [
            Queue(name: "work", messageTTL: 10, deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead"),
        ])
        let texts = (0..<2_000).map(String.init)
        try await broker.publish(texts, to: "work")
        fixture.clock.advance(by: 11)
        broker.engine.timeDidChange()
        let consumer = try await broker.consume("dead", prefetch: 2_000)
        #expect(try await consumer.take(2_000).map(\.message.text) == texts)
        #expect(try await ready(broker, "work") == 0)
        await broker.close()
    }

    @Test("what expires while no process runs is dead-lettered when the next one opens the folder")
    func whileClosed() async throws {
        let first = try await fixture.openWithManualClock()
        try await first.declare(queues: [
            Queue(name: "work", messageTTL: 1_000, deadLetterExchange: "", deadLetterRoutingKey: "dead"),
            Queue(name: "dead"),
        ])
        try await first.publish(["a"], to: "work")
        await first.close()
        fixture.clock.advance(by: 60_000)
        let second = try await fixture.openWithManualClock()
        let consumer = try await second.consume("dead", prefetch: 1)
        #expect(try await consumer.take(1).map(\.message.text) == ["a"])
        await second.close()
    }

    @Test("the timer of one process expires the messages of another that has ended")
    func otherProcess() async throws {
        let publisher = try await fixture.open()
        try await publisher.declare(queues: [
            Queue(name: "delay", messageTTL: 50, deadLetterExchange: "", deadLetterRoutingKey: "work"),
            Queue(name: "work"),
        ])
        let worker = try await fixture.open()
        let consumer = try await worker.consume("work", prefetch: 1)
        try await publisher.publish(["a"], to: "delay")
        await publisher.close()
        #expect(try await consumer.take(1).map(\.message.text) == ["a"])
        await worker.close()
    }
}

import Embedded
import Messaging
import PipelineTesting
import Testing

@Suite("Looking into embedded queues") struct EmbeddedBrokerInspectingTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("browsing pages through a queue without taking anything, and shows what is held")
    func browsing() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        let properties = MessageProperties(messageID: "id", headers: ["n": .integer(1)])
        try await broker.publish((1...7).map(String.init), to: "q", properties: properties)
        let consumer = try await broker.consume("q", prefetch: 3)
        let held = try await consumer.take(3)
        await consumer.cancel()
        try await consumer.settle([held[1].tag], .requeue)

        var seen: [BrowsedMessage] = []
        while true {
            let page = try await broker.browse("q", after: seen.last?.position, limit: 2)
            if page.isEmpty { break }
            #expect(page.count <= 2)
            seen += page
        }
        #expect(seen.map(\.message.text) == (1...7).map(String.init))
        #expect(seen.map(\.isReady) == [false, true, false, true, true, true, true])
        #expect(seen.allSatisfy { $0.message.properties == properties && $0.exchange == "" && $0.routingKey == "q" })
        let status = try await broker.status(of: ["q"])["q"]
        #expect(status == QueueStatus(ready: 5, unacknowledged: 2, consumers: 0))
        await broker.close()
    }

    @Test("purging removes what waits and leaves what is held")
    func purging() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish((1...7).map(String.init), to: "q")
        let consumer = try await broker.consume("q", prefetch: 3)
        let held = try await consumer.take(3)
        await consumer.cancel()
        try await consumer.settle([held[0].tag], .requeue)
        #expect(try await broker.purge("q") == 5)
        #expect(try await broker.browse("q", limit: 10).map(\.message.text) == ["2", "3"])
        #expect(try await broker.purge("q") == 0)
        try await broker.publish(["8"], to: "q")
        try await consumer.settle(held.map(\.tag), .requeue)
        #expect(try await broker.readyTexts("q") == ["2", "3", "8"])
        #expect(try await broker.purge("q") == 3)
        #expect(try await broker.status(of: ["q"])["q"]?.messages == 0)
        await broker.close()
    }

    @Test("browsing or purging a queue that does not exist fails")
    func missing() async throws {
        let broker = try await fixture.open()
        for body in [{ _ = try await broker.browse("q", limit: 1) }, { _ = try await broker.purge("q") }] {
            let error = await #expect(throws: MessagingError.self) { try await body() }
            #expect(error?.code == .notFound)
        }
        await broker.close()
    }
}

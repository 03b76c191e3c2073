import Messaging
import PipelineTesting
import Synchronization
import TestSupport
import Testing

@testable import App

@Suite(.timeLimit(.minutes(5))) struct LateBrokerTests {
    private let inner = FakeBroker()
    private static let away = MessagingError(.unavailable, "away")

    private func publication() -> Publication {
        Publication(exchange: "events", routingKey: "user.event", message: Message(body: [1]))
    }

    @Test("before it is opened, a broker has no queues and takes nothing; afterwards it is the one that was opened")
    func opening() async throws {
        let inner = inner
        let broker = LateBroker { () async throws(MessagingError) in inner }
        let publisher = try await broker.makePublisher()
        #expect(!broker.isInUse)
        #expect(try await broker.status(of: ["events.neo4j"]).isEmpty)
        guard case .failed(let error)? = await publisher.publish([publication()]).first else {
            Issue.record("a broker that is not open took an event")
            return
        }
        #expect(error.message.contains("PUT /mode"))
        await #expect(throws: MessagingError.self) { try await broker.consume("events.neo4j", prefetch: 1) }
        try await broker.open()
        #expect(broker.isInUse)
        #expect(await broker.isOpened())
        #expect(try await broker.status(of: ["events.neo4j"]).count == 1)
        #expect(await publisher.publish([publication()]) == [.confirmed])
        await broker.close()
    }

    @Test("a broker that does not answer is not used, and the next attempt may succeed")
    func retry() async throws {
        let inner = inner
        inner.failStatus(with: Self.away)
        let broker = LateBroker { () async throws(MessagingError) in inner }
        await #expect(throws: Self.away) { try await broker.open() }
        #expect(!broker.isInUse)
        inner.failStatus(with: nil)
        try await broker.open()
        #expect(broker.isInUse)
    }

    @Test("several attempts at once open one broker")
    func once() async throws {
        let inner = inner
        let attempts = Recorder<Int>()
        let broker = LateBroker { () async throws(MessagingError) in
            attempts.append(1)
            return inner
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await broker.open() } }
            try await group.waitForAll()
        }
        #expect(attempts.count == 1)
    }
}

import Embedded
import Messaging
import Testing

@Suite("Bounds of publishing") struct EmbeddedPublisherTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("what AMQP cannot carry is rejected, and the rest of its batch is confirmed")
    func refusals() async throws {
        let broker = try await fixture.open { $0.maximumBodyBytes = 1_000 }
        try await broker.declare(queues: [Queue(name: "q")])
        let long = String(repeating: "x", count: 256)
        var nested = HeaderValue.null
        for _ in 0..<40 { nested = .array([nested]) }
        let refused = [
            Message(body: Array(repeating: 0, count: 1_001)),
            Message(body: [], properties: MessageProperties(messageID: long)),
            Message(body: [], properties: MessageProperties(contentType: long)),
            Message(body: [], properties: MessageProperties(type: long)),
            Message(body: [], properties: MessageProperties(headers: [long: .null])),
            Message(body: [], properties: MessageProperties(headers: ["": .null])),
            Message(body: [], properties: MessageProperties(headers: ["deep": nested])),
        ]
        let good = Message(body: Array(repeating: 0, count: 1_000))
        let outcomes = try await broker.makePublisher().publish(
            ([good] + refused + [good]).map { Publication(exchange: "", routingKey: "q", message: $0) })
        #expect(outcomes.first == .confirmed && outcomes.last == .confirmed)
        #expect(outcomes.count == refused.count + 2)
        for outcome in outcomes.dropFirst().dropLast() {
            guard case .unencodable = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        #expect(try await broker.status(of: ["q"])["q"]?.ready == 2)
        let longKey = Publication(exchange: "", routingKey: long, message: good)
        guard case .unencodable? = try await broker.makePublisher().publish([longKey]).first else {
            Issue.record("a long routing key was accepted")
            return
        }
        await broker.close()
    }

    @Test("publications beyond the limit of waiting bytes are blocked at once, a single large batch is not")
    func pendingBytes() async throws {
        let broker = try await fixture.open { $0.maximumPendingBytes = 10_000 }
        try await broker.declare(queues: [Queue(name: "q")])
        let publisher = try await broker.makePublisher()
        let message = Message(body: Array(repeating: 0, count: 4_000))
        let publication = Publication(exchange: "", routingKey: "q", message: message)
        let outcomes = await withTaskGroup(of: [PublishOutcome].self) { group in
            for _ in 0..<200 { group.addTask { await publisher.publish([publication]) } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        var confirmed = 0
        for outcome in outcomes {
            switch outcome {
            case .confirmed: confirmed += 1
            case .failed(let error): #expect(error.code == .blocked)
            default: Issue.record("\(outcome)")
            }
        }
        #expect(confirmed > 0 && confirmed < 200)
        #expect(try await broker.status(of: ["q"])["q"]?.ready == confirmed)
        let batch = Array(repeating: publication, count: 50)
        #expect(await publisher.publish(batch).allSatisfy { $0 == .confirmed })
        await broker.close()
    }

    @Test("a batch of ten thousand is confirmed whole and in order")
    func largeBatch() async throws {
        let broker = try await fixture.open()
        try await broker.declare(queues: [Queue(name: "q")])
        let texts = (0..<10_000).map(String.init)
        let outcomes = try await broker.publish(texts, to: "q")
        #expect(outcomes.count == 10_000 && outcomes.allSatisfy { $0 == .confirmed })
        #expect(try await broker.readyTexts("q") == texts)
        await broker.close()
    }
}

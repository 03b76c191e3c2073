import Foundation
import Messaging
import PipelineTesting
import Platform
import SQLite
import Testing

@testable import Embedded

@Suite("Embedded queues on the disk", .timeLimit(.minutes(5))) struct DurabilityTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("messages, their state and the topology are still there after the folder is opened again")
    func reopening() async throws {
        let first = try await fixture.open(with: Queue(name: "q", maxPriority: 3))
        try await first.publish(["a", "b", "c"], to: "q")
        let consumer = try await first.consume("q", prefetch: 2)
        let held = try await consumer.take(2)
        try await consumer.settle([held[0].tag], .acknowledge)
        await first.close()
        let second = try await fixture.open(with: Queue(name: "q", maxPriority: 3))
        #expect(
            try await second.status(of: ["q"]) == ["q": QueueStatus(ready: 2, unacknowledged: 0, consumers: 0)])
        let again = try await second.consume("q", prefetch: 5).take(2)
        #expect(again.map(\.message.text) == ["b", "c"])
        #expect(again.map(\.redelivered) == [true, false])
        await second.close()
    }

    @Test("the file does not grow while consumers keep up with publishers")
    func space() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        let consumer = try await broker.consume("q", prefetch: 500)
        let texts = Array(repeating: String(repeating: "x", count: 400), count: 500)
        func round() async throws {
            try await broker.publish(texts, to: "q")
            try await consumer.settle(try await consumer.take(500).map(\.tag), .acknowledge)
        }
        for _ in 0..<5 { try await round() }
        try await broker.engine.database.checkpoint()
        let size = try #require(try FileSystem.size("\(fixture.path)/queues.sqlite"))
        for _ in 0..<40 { try await round() }
        try await broker.engine.database.checkpoint()
        let later = try #require(try FileSystem.size("\(fixture.path)/queues.sqlite"))
        #expect(later <= size + 65_536)
        await broker.close()
    }

    @Test("the write-ahead log stays bounded while consumers lag behind")
    func logSize() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        let texts = Array(repeating: String(repeating: "x", count: 2_000), count: 500)
        for _ in 0..<40 { try await broker.publish(texts, to: "q") }
        // 40 MB went through the log.
        #expect(broker.engine.database.logBytes() < 25 << 20)
        #expect(try await broker.status(of: ["q"])["q"]?.ready == 20_000)
        await broker.close()
    }

    @Test("an envelope that was damaged on the disk stops neither the body nor the queue")
    func damage() async throws {
        let broker = try await fixture.open(
            with: Queue(name: "work", deadLetterExchange: "", deadLetterRoutingKey: "dead"), Queue(name: "dead"))
        try await broker.publish(
            ["a", "b", "c"], to: "work", properties: MessageProperties(contentType: "text/plain"))
        try await broker.engine.database.write { connection in
            try connection.execute("UPDATE queue_1 SET envelope = x'ff00ff' WHERE position IN (1, 2)")
        }
        let consumer = try await broker.consume("work", prefetch: 3)
        let taken = try await consumer.take(3)
        #expect(taken.map(\.message.text) == ["a", "b", "c"])
        #expect(taken.map(\.message.properties.contentType) == [nil, nil, "text/plain"])
        try await consumer.settle(taken.map(\.tag), .reject)
        #expect(try await broker.readyTexts("dead") == ["a", "b", "c"])
        await broker.close()
    }

    @Test("a folder that cannot be used says so", arguments: ["a file", "not a database"])
    func unusable(_ what: String) async throws {
        let path = fixture.path
        if what == "a file" {
            try write("x", to: path)
        } else {
            try FileSystem.createDirectory(path)
            try write(String(repeating: "this is not a database. ", count: 500), to: "\(path)/queues.sqlite")
        }
        let error = await #expect(throws: MessagingError.self) { _ = try await fixture.open() }
        #expect(error?.code == (what == "a file" ? .unavailable : .corrupt))
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}

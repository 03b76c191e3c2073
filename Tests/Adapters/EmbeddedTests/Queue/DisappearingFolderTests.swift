import Embedded
import Messaging
import PipelineTesting
import Platform
import TestSupport
import Testing

@Suite("Embedded queues whose folder disappears", .timeLimit(.minutes(5))) struct DisappearingFolderTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("a publication is not confirmed, a delivery not settled, and the error names the file")
    func removed() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish(["a", "b"], to: "q")
        let consumer = try await broker.consume("q", prefetch: 1)
        let held = try await consumer.take(1)
        try FileSystem.removeTree(fixture.path)
        for _ in 0..<3 {
            switch try await broker.publish(["c"], to: "q")[0] {
            case .unknown(let error), .failed(let error):
                #expect(error.code == .unavailable)
                #expect(error.message.contains("queues.sqlite]; it was removed or renamed"))
            case let outcome: Issue.record("\(outcome)")
            }
        }
        await #expect(throws: MessagingError.self) { try await consumer.settle(held.map(\.tag), .acknowledge) }
        await #expect(throws: MessagingError.self) { try await broker.status(of: ["q"]) }
        #expect(await broker.publishingFailure()?.code == .unavailable)
        await broker.close()
        #expect(!FileSystem.exists("\(fixture.path)/\(EmbeddedBroker.fileName)"))
    }

    @Test("a folder that comes back has all that was confirmed, and the queues go on")
    func putBack() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish(["a"], to: "q")
        let moved = fixture.directory.file("moved")
        try FileSystem.rename(fixture.path, to: moved)
        #expect(try await broker.publish(["b"], to: "q") != [.confirmed])
        try FileSystem.rename(moved, to: fixture.path)
        try await eventually("it goes on") { try await broker.publish(["c"], to: "q") == [.confirmed] }
        let texts = try await broker.readyTexts("q")
        #expect(texts.first == "a" && texts.contains("c"))
        await broker.close()
    }
}

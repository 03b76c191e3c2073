import Embedded
import Glibc
import Messaging
import PipelineTesting
import TestSupport
import Testing

@Suite("Several processes on one data folder", .timeLimit(.minutes(5))) struct SeveralProcessesTests {
    let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    @Test("what a killed consumer held goes back to its place, and to a consumer that already waits")
    func killedConsumer() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        try await broker.publish(["1", "2", "3"], to: "q")
        let process = try HelperProcess(testing: "embedded", ["hold", fixture.path, "q", "3"])
        #expect(await process.nextLine() == "held")
        try await broker.publish(["4"], to: "q")
        #expect(
            try await broker.status(of: ["q"]) == ["q": QueueStatus(ready: 1, unacknowledged: 3, consumers: 1)])
        let consumer = try await broker.consume("q", prefetch: 10)
        #expect(try await consumer.take(1).map(\.message.text) == ["4"])
        async let back = consumer.take(3)
        process.send(signal: SIGKILL)
        #expect(await process.exit() == .signal(SIGKILL))
        let deliveries = try await back
        #expect(deliveries.map(\.message.text) == ["1", "2", "3"])
        #expect(deliveries.map(\.redelivered) == [true, true, true])
        #expect(
            try await broker.status(of: ["q"]) == ["q": QueueStatus(ready: 0, unacknowledged: 4, consumers: 1)])
        await broker.close()
    }

    @Test("what a killed process held is there for the next process that opens the folder")
    func killedAlone() async throws {
        let first = try await fixture.open(with: Queue(name: "q"))
        try await first.publish(["1", "2"], to: "q")
        await first.close()
        let process = try HelperProcess(testing: "embedded", ["hold", fixture.path, "q", "2"])
        #expect(await process.nextLine() == "held")
        process.send(signal: SIGKILL)
        #expect(await process.exit() == .signal(SIGKILL))
        let second = try await fixture.open()
        #expect(
            try await second.status(of: ["q"]) == ["q": QueueStatus(ready: 2, unacknowledged: 0, consumers: 0)])
        await second.close()
    }

    @Test("what was confirmed before kill -9 is in every queue exactly once, in every round")
    func killedPublisher() async throws {
        let first = try await fixture.open()
        try await first.declare(
            exchanges: [Exchange(name: "x", kind: .fanout)], queues: [Queue(name: "a"), Queue(name: "b")],
            bindings: [Binding(exchange: "x", queue: "a"), Binding(exchange: "x", queue: "b")])
        await first.close()
        for _ in 0..<3 {
            let process = try HelperProcess(testing: "embedded", ["publish", fixture.path, "x"])
            var ledger: [String] = []
            while ledger.count < 500, let line = await process.nextLine() { ledger.append(line) }
            process.send(signal: SIGKILL)
            #expect(await process.exit() == .signal(SIGKILL))
            while let line = await process.nextLine() { ledger.append(line) }

            let broker = try await fixture.open()
            let (inA, inB) = (try await broker.readyTexts("a"), try await broker.readyTexts("b"))
            #expect(inA == inB)
            #expect(Set(inA).count == inA.count, "a message is there twice")
            // The last line may have been cut off.
            #expect(Set(ledger.dropLast()).subtracting(inA).isEmpty, "a confirmed message is missing")
            #expect(ledger.count >= 500)
            for queue in ["a", "b"] { try await broker.purge(queue) }
            await broker.close()
        }
    }

    @Test("two processes consume one queue, and each message is acknowledged by one of them")
    func sharing() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        let process = try HelperProcess(testing: "embedded", ["work", fixture.path, "q"])
        while try await broker.status(of: ["q"])["q"]?.consumers == 0 { await Task.yield() }
        let own = Task {
            let consumer = try await broker.consume("q", prefetch: 50)
            var seen: [String] = []
            while true {
                let deliveries = try await consumer.next(upTo: 20, linger: .milliseconds(1))
                if deliveries.isEmpty { break }
                try await consumer.settle(deliveries.map(\.tag), .acknowledge)
                seen += deliveries.map(\.message.text)
            }
            await consumer.close()
            return seen
        }
        let texts = (0..<2_000).map(String.init)
        for start in stride(from: 0, to: texts.count, by: 20) {
            try await broker.publish(Array(texts[start..<start + 20]), to: "q")
        }
        while try await broker.status(of: ["q"])["q"]?.messages != 0 { await Task.yield() }
        own.cancel()
        let seen = try await own.value
        try await broker.publish(["stop"], to: "q")
        var others: [String] = []
        while let line = await process.nextLine(), line != "stop" { others.append(line) }
        #expect(await process.exit() == .status(0))
        #expect((seen + others).sorted() == texts.sorted())
        #expect(!others.isEmpty, "the other process got nothing")
        await broker.close()
    }

    @Test("a commit of unknown outcome gives back what was held, and old tags settle nothing")
    func unknownOutcome() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        await broker.close()
        let process = try HelperProcess(testing: "embedded", ["io-error", fixture.path, "q"])
        #expect(await process.nextLine() == "unknown")
        #expect(await process.nextLine() == "held true")
        #expect(await process.nextLine() == "1")
        #expect(await process.nextLine() == "true")
        #expect(await process.exit() == .status(0))
        let after = try await fixture.open()
        #expect(try await after.readyTexts("q").last == "after")
        await after.close()
    }

    @Test("a backlog of 100,000 messages takes no more memory than one of 5,000")
    func memory() async throws {
        let broker = try await fixture.open(with: Queue(name: "q"))
        let process = try HelperProcess(testing: "embedded", ["soak", fixture.path, "q", "100000"])
        let before = try #require(await process.nextLine().flatMap { Int($0) })
        let after = try #require(await process.nextLine().flatMap { Int($0) })
        #expect(await process.exit() == .status(0))
        #expect(after - before < 16, "from \(before) to \(after) MiB")
        await broker.close()
    }
}

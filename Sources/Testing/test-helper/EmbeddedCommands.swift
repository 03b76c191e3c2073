import Embedded
import Events
import Glibc
import Messaging
import Platform
import Stores

/// The commands for the tests of the embedded broker.
enum EmbeddedCommands {
    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        switch (words.first, Array(words.dropFirst())) {
        case ("hold", let rest) where rest.count == 3:
            try await hold(directory: rest[0], queue: rest[1], count: Int(rest[2]) ?? 1)
        case ("publish", let rest) where rest.count == 2:
            try await publish(directory: rest[0], exchange: rest[1])
        case ("work", let rest) where rest.count == 2:
            try await work(directory: rest[0], queue: rest[1])
        case ("soak", let rest) where rest.count == 3:
            try await soak(directory: rest[0], queue: rest[1], count: Int(rest[2]) ?? 1)
        case ("visits", let rest) where rest.count == 2:
            try await visit(directory: rest[0], seed: UInt64(rest[1]) ?? 0)
        case ("io-error", let rest) where rest.count == 2:
            try await failToWrite(directory: rest[0], queue: rest[1])
        default: return false
        }
        return true
    }

    /// Takes deliveries and keeps them until the process is killed.
    private static func hold(directory: String, queue: String, count: Int) async throws {
        let broker = try await EmbeddedBroker.open(directory: directory)
        let consumer = try await broker.consume(queue, prefetch: count)
        var held = 0
        while held < count { held += try await consumer.next(upTo: count - held, linger: .zero).count }
        try StandardStream.output.write("held\n")
        try await Task.sleep(for: .seconds(600))
        await consumer.close()
    }

    /// Publishes for ever, from several tasks, one or a few messages at a time, and prints each confirmed message.
    private static func publish(directory: String, exchange: String) async throws {
        let broker = try await EmbeddedBroker.open(directory: directory)
        let publisher = try await broker.makePublisher()
        try await withThrowingDiscardingTaskGroup { group in
            for writer in 1...8 {
                group.addTask {
                    var number = 0
                    while true {
                        let texts = (0..<(writer.isMultiple(of: 2) ? 1 : 5)).map { "\(writer)-\(number + $0)" }
                        number += texts.count
                        let outcomes = await publisher.publish(
                            texts.map { text in
                                Publication(
                                    exchange: exchange, routingKey: "", message: Message(body: Array(text.utf8)))
                            })
                        for (text, outcome) in zip(texts, outcomes) where outcome == .confirmed {
                            try StandardStream.output.write(text + "\n")
                        }
                    }
                }
            }
        }
    }

    /// Writes events of users who share sessions into the graph, a few at a time, prints a line after each commit, and
    /// waits to be killed: what a test that comes late has to check is bounded.
    private static func visit(directory: String, seed: UInt64) async throws {
        let graph = try await EmbeddedGraphStore.open(directory: directory)
        var number: UInt64 = 0
        for _ in 0..<200 {
            let events = (0..<7).map { _ in
                number += 1
                return Event(
                    id: EventID(high: seed, low: number), userID: Int64(number % 6) + 1,
                    productID: Int64(number * number % 20) + 1, type: number % 9 == 0 ? .removeFromCart : .view,
                    session: "s-\(number / 50)-\(number % 3)", time: Timestamp(microseconds: Int64(number * 31 % 97)),
                    categoryCode: number % 4 == 0 ? "shoes" : nil)
            }
            _ = try await graph.apply(InteractionBatch(events))
            try StandardStream.output.write("\(number)\n")
        }
        try await Task.sleep(for: .seconds(600))
    }

    /// Acknowledges messages and prints them, until a message says "stop".
    private static func work(directory: String, queue: String) async throws {
        let broker = try await EmbeddedBroker.open(directory: directory)
        let consumer = try await broker.consume(queue, prefetch: 50)
        var isStopped = false
        while !isStopped {
            let deliveries = try await consumer.next(upTo: 20, linger: .milliseconds(1))
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
            for delivery in deliveries {
                let text = String(decoding: delivery.message.body, as: UTF8.self)
                try StandardStream.output.write(text + "\n")
                isStopped = isStopped || text == "stop"
            }
        }
        await broker.close()
    }

    /// Queues `count` messages, takes all of them, and prints the peak of the process's memory before and after, in
    /// MiB.
    private static func soak(directory: String, queue: String, count: Int) async throws {
        let broker = try await EmbeddedBroker.open(directory: directory)
        let publisher = try await broker.makePublisher()
        let message = Message(body: Array(repeating: 7, count: 300))
        let publications = (0..<100).map { _ in Publication(exchange: "", routingKey: queue, message: message) }
        let consumer = try await broker.consume(queue, prefetch: 200)
        func round(_ count: Int) async throws {
            for _ in 0..<(count / 100) { _ = await publisher.publish(publications) }
            var taken = 0
            while taken < count {
                let deliveries = try await consumer.next(upTo: 200, linger: .zero)
                try await consumer.settle(deliveries.map(\.tag), .acknowledge)
                taken += deliveries.count
            }
        }
        try await round(count / 20)
        try StandardStream.output.write("\(ProcessStatistics.current().peakResidentBytes >> 20)\n")
        try await round(count)
        try StandardStream.output.write("\(ProcessStatistics.current().peakResidentBytes >> 20)\n")
        await broker.close()
    }

    /// Makes a commit fail as on a broken disk, by a limit on the size of files, while a message is held.
    private static func failToWrite(directory: String, queue: String) async throws {
        signal(SIGXFSZ, SIG_IGN)
        let broker = try await EmbeddedBroker.open(directory: directory)
        let publisher = try await broker.makePublisher()
        let consumer = try await broker.consume(queue, prefetch: 10)
        func publish(_ text: String, padding: Int = 0) async -> [PublishOutcome] {
            let body = Array(text.utf8) + Array(repeating: 32, count: padding)
            return await publisher.publish([
                Publication(exchange: "", routingKey: queue, message: Message(body: body))
            ])
        }
        func report(_ line: String) throws { try StandardStream.output.write(line + "\n") }
        _ = await publish("held")
        let held = try await consumer.next(upTo: 1, linger: .zero)
        TestHelper.limitFileSize(to: 128 << 10)
        switch await publish("lost", padding: 1 << 20).first {
        case .unknown: try report("unknown")
        case let outcome: try report("\(String(describing: outcome))")
        }
        TestHelper.limitFileSize(to: nil)
        let again = try await consumer.next(upTo: 1, linger: .zero)
        try report("\(String(decoding: again[0].message.body, as: UTF8.self)) \(again[0].redelivered)")
        // The first delivery's tag belongs to an old epoch: it must not settle the redelivery.
        try await consumer.settle(held.map(\.tag), .acknowledge)
        try report("\(try await broker.status(of: [queue])[queue]?.unacknowledged ?? -1)")
        try await consumer.settle(again.map(\.tag), .acknowledge)
        try report("\(await publish("after") == [.confirmed])")
        await broker.close()
    }
}

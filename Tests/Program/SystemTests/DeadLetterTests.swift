import Events
import Foundation
import Messaging
import RabbitMQMessaging
import TestSupport
import Testing

extension SystemTests {
    /// Dead letters by the command line, on a real RabbitMQ.
    @Suite struct DeadLetterTests {
        /// A node with letters in three groups, whose texts differ in numbers only.
        private struct Setting {
            let node: RabbitMQNode
            let directory: TemporaryDirectory
            let broker: RabbitMQBroker
            let flags: [String]

            init(_ queueType: RabbitMQConfiguration.QueueType = .classic) async throws {
                node = try await RabbitMQNode.start()
                directory = try TemporaryDirectory()
                broker = await RabbitMQBroker(
                    try RabbitMQConfiguration(url: node.addresses.amqp, queueType: queueType))
                try await broker.declare(PipelineTopology.topology())
                flags = [
                    "--broker", node.addresses.amqp, "--data-dir", directory.path, "--queue-type", queueType.rawValue,
                ]
            }

            func fill(_ count: Int) async throws {
                let publisher = try await broker.makePublisher()
                for start in stride(from: 0, to: count, by: 5_000) {
                    let outcomes = await publisher.publish((start..<min(count, start + 5_000)).map(letter))
                    try #require(outcomes.allSatisfy { $0 == .confirmed })
                }
            }

            private func letter(_ number: Int) -> Publication {
                let id = EventID(high: 0x0190_0000_0000_7000, low: UInt64(number) | 1 << 63)
                var message = Message(
                    body: Array(
                        #"{"user_id":\#(number % 500 + 1),"product_id":7,"event_type":"view","user_session":"s"}"#.utf8),
                    properties: MessageProperties(messageID: id.description))
                let reasons: [(DeadLetterReason, String)] = [
                    (.retriesExhausted, "deadlock on node \(number)"), (.rejected, "point \(number) has no vector"),
                    (.invalid, "price \(number) is negative"),
                ]
                let (reason, error) = reasons[number % 3]
                DeadLetterHeaders(
                    queue: PipelineTopology.graphQueue, reason: reason, error: error, attempts: 4, firstFailedAt: 1,
                    lastFailedAt: 1_760_000_000_000_000 + Int64(number), worker: "w"
                ).write(to: &message.properties.headers)
                return Publication(
                    exchange: PipelineTopology.deadLetterExchange, routingKey: "user.event", message: message)
            }

            func dlq(_ arguments: String...) throws -> String {
                let (status, output) = try Program.run(["dlq"] + arguments + flags, readsErrors: true)
                try #require(status == 0, "\(arguments): \(output)")
                return output
            }

            func groups() throws -> [Int] {
                let (_, output) = try Program.run(["dlq", "list", "--group", "--json"] + flags)
                let list = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                let groups = list?["groups"] as? [[String: Any]]
                return (groups ?? []).compactMap { $0["count"] as? Int } + [list?["total"] as? Int ?? -1]
            }

            func export(_ name: String) throws -> [Substring] {
                _ = try dlq("export", directory.file(name))
                return try String(contentsOfFile: directory.file(name), encoding: .utf8).split(separator: "\n")
            }
        }

        @Test("beyond 65,535 letters, groups, export, purge and import see every one, also after kill -9 in the middle")
        func beyondOnePrefetch() async throws {
            let setting = try await Setting()
            try await setting.fill(70_002)
            let third = 23_334
            #expect(try setting.groups() == [third, third, third, 70_002])
            let all = try setting.export("all")
            #expect(all.count == 70_002)

            let killed = try Program(["dlq", "export", "-"] + setting.flags)
            try await Task.sleep(for: .milliseconds(900))
            killed.kill()
            #expect(try setting.export("after a kill") == all, "each is in its place")

            let file = setting.directory.file("all")
            #expect(try setting.dlq("purge", "--class", "rejected", "--yes").contains("23334 letters removed"))
            let others = all.filter { !$0.contains("has no vector") }
            #expect(others.count == 2 * third)
            #expect(try setting.export("without a class") == others, "the others are in their places")
            #expect(try setting.dlq("purge", "--yes").contains("46668 letters removed"))
            #expect(try setting.dlq("import", file).contains("70002 letters brought back, 0 were in the queue"))
            #expect(try setting.export("again") == all)
            await setting.broker.close()
        }

        @Test("two programs that look at once both see all letters, or say that another look is under way")
        func twoLooks() async throws {
            let setting = try await Setting()
            try await setting.fill(20_001)
            let flags = setting.flags
            let answers = try await withThrowingTaskGroup(of: (Int32, String).self) { group in
                for _ in 0..<4 {
                    group.addTask { try Program.run(["dlq", "list", "--group", "--json"] + flags, readsErrors: true) }
                }
                return try await group.reduce(into: [(Int32, String)]()) { $0.append($1) }
            }
            for (status, output) in answers {
                #expect(
                    status == 0 ? output.contains(#""matching":20001,"total":20001"#) : output.contains("another look"),
                    "\(status): \(output)")
            }
            #expect(answers.contains { $0.0 == 0 })
            await setting.broker.close()
        }

        @Test("letters of a quorum queue are all seen, again and again, and listed oldest first")
        func quorumQueue() async throws {
            let setting = try await Setting(.quorum)
            try await setting.fill(6_000)
            for _ in 0..<2 { #expect(try setting.groups() == [2_000, 2_000, 2_000, 6_000]) }
            let (_, output) = try Program.run(["dlq", "list", "--limit", "3", "--json"] + setting.flags)
            let letters = try (JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])?["letters"]
            let times = (letters as? [[String: Any]])?.compactMap { $0["last_failed_at"] as? String }
            #expect(times?.count == 3)
            // A whole second is written without a fraction.
            let texts = times?.map { $0.replacing("Z", with: "") }
            #expect(texts?.sorted() == texts)
            #expect(try setting.dlq("purge", "--class", "invalid", "--yes").contains("2000 letters removed"))
            #expect(try setting.groups() == [2_000, 2_000, 4_000])
            await setting.broker.close()
        }

        @Test("what a producer writes into a letter cannot move the cursor of the one who reads it")
        func controlCharacters() async throws {
            let setting = try await Setting()
            let escape = "\u{1B}[2Jgone\u{9B}31m\u{202E}"
            var message = Message(body: Array("{\"event_type\":\"\(escape)\"}".utf8))
            message.properties.headers["x-death"] = .array([
                .table(["queue": .string("events.neo4j"), "reason": .string("rejected"), "time": .timestamp(1)])
            ])
            DeadLetterHeaders(
                queue: "events.neo4j", reason: .malformed, error: escape + "\nsecond", attempts: 1, firstFailedAt: 1,
                lastFailedAt: 1, worker: escape, letter: "0123456789abcdef"
            ).write(to: &message.properties.headers)
            _ = try await setting.broker.makePublisher().publish([
                Publication(exchange: PipelineTopology.deadLetterExchange, routingKey: "", message: message)
            ])
            let outputs = [
                try setting.dlq("list"), try setting.dlq("list", "--group"), try setting.dlq("list", "--json"),
                try setting.dlq("show", "0123456789abcdef"), try setting.dlq("show", "--json", "0123456789abcdef"),
            ]
            for output in outputs {
                #expect(
                    output.unicodeScalars.allSatisfy { $0 == "\n" || !["\u{1B}", "\u{9B}", "\u{202E}"].contains($0) })
                #expect(output.contains("u001b[2Jgone") || output.contains("0123456789abcdef"), "\(output)")
            }
            await setting.broker.close()
        }
    }
}

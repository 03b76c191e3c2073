import Foundation
import Messaging
import RabbitMQMessaging
import TestSupport
import Testing

extension SystemTests {
    /// `topology migrate`, under load and through kills.
    @Suite struct TopologyMigrationTests {
        private func migrate(
            _ node: RabbitMQNode, _ data: String, _ flags: [String]
        ) throws -> (status: Int32, output: String) {
            try Program.run(
                ["topology", "migrate", "--broker", node.addresses.amqp, "--data-dir", data] + flags,
                readsErrors: true)
        }

        private func queues(_ node: RabbitMQNode) async throws -> [String: String] {
            let listing = try await node.control("-q", "list_queues", "name", "type")
            try #require(listing.status == 0, "\(listing)")
            let rows = listing.output.split(separator: "\n").map { $0.split(separator: "\t") }.dropFirst()
            return Dictionary(uniqueKeysWithValues: rows.map { (String($0[0]), String($0[1])) })
        }

        private func publish(_ count: Int, to queue: String, _ node: RabbitMQNode) async throws {
            let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: node.addresses.amqp))
            let publisher = try await broker.makePublisher()
            let outcomes = await publisher.publish(
                (0..<count).map { number in
                    Publication(
                        exchange: "", routingKey: queue, message: Message(body: Array("\(queue) \(number)".utf8)))
                })
            await broker.close()
            try #require(outcomes.allSatisfy { $0 == .confirmed })
        }

        @Test("from classic to quorum, killed five times while an API publishes, nothing is lost and nothing doubled")
        func throughKills() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let place = ["--broker", node.addresses.amqp]
            let (server, port) = try Program.serve(data, place + ["--no-workers"])
            let poster = Poster(threads: 4)
            poster.use(port: port)
            try await eventually("a backlog") { poster.accepted >= 2_000 }
            poster.use(port: nil)
            let light = Poster(threads: 1, pause: 0.005)
            light.use(port: port)

            let flags = ["--queue-type", "quorum"]
            let preview = try migrate(node, data, flags + ["--dry-run"])
            #expect(preview.status == 0, "\(preview.output)")
            #expect(preview.output.contains("to be moved"))
            #expect(try await queues(node)["events.neo4j"] == "classic")

            var brokenOff = 0
            for round in 1...5 {
                let program = try Program(["topology", "migrate", "--data-dir", data] + place + flags)
                try await Task.sleep(for: .milliseconds(150 * round + 150))
                program.kill()
                if try await queues(node).keys.contains(where: { $0.hasSuffix(".migrating") }) { brokenOff += 1 }
            }
            #expect(brokenOff > 0, "the test has to have interrupted something")
            let (status, output) = try migrate(node, data, flags)
            #expect(status == 0, "\(output)")
            let there = try await queues(node)
            #expect(there.count == 9, "\(there)")
            #expect(there.values.allSatisfy { $0 == "quorum" }, "\(there)")
            #expect(try Program.run(["topology", "check", "--data-dir", data] + place + flags).status == 0)
            let again = try migrate(node, data, flags)
            #expect(again.status == 0 && !again.output.contains("moved"), "\(again.output)")

            // All that the API has accepted, by either of the two.
            var account = poster.stop()
            let second = light.stop()
            account.accepted.formUnion(second.accepted)
            account.sent.formUnion(second.sent)
            #expect(server.terminate() == 0)
            let (next, _) = try Program.serve(data, place + flags)
            try await Audit.waitUntilWritten(data, account)
            #expect(next.terminate() == 0)
            try await Audit.check(data, account)
        }

        @Test("dead letters and waiting retries come along, and type and limit can be changed to and fro")
        func limits() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let place = ["--broker", node.addresses.amqp, "--data-dir", directory.path]
            #expect(try Program.run(["topology", "declare"] + place).status == 0)
            for (queue, count) in [("events.neo4j", 30), ("events.neo4j.retry.5m", 20), ("events.dlq", 10)] {
                try await publish(count, to: queue, node)
            }
            let refused = try migrate(
                node, directory.path, ["--queue-type", "classic", "--queue-max-length", "29"])
            #expect(refused.status == 1)
            #expect(refused.output.contains("more than the new limit of 29"), "\(refused.output)")

            for (type, limit) in [("classic", "500"), ("quorum", "500"), ("quorum", "400"), ("classic", "400")] {
                let flags = ["--queue-type", type, "--queue-max-length", limit]
                let (status, output) = try migrate(node, directory.path, flags + ["--json"])
                #expect(status == 0, "\(output)")
                let report = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                let rows = report?["queues"] as? [[String: Any]] ?? []
                let after = Dictionary(
                    uniqueKeysWithValues: rows.map {
                        ($0["queue"] as? String ?? "", $0["messages_after"] as? Int ?? -1)
                    })
                #expect(after["events.neo4j"] == 30, "\(type) \(limit)")
                #expect(after["events.neo4j.retry.5m"] == 20, "\(type) \(limit)")
                #expect(after["events.dlq"] == 10, "\(type) \(limit)")
                #expect(try Program.run(["topology", "check"] + place + flags).status == 0)
                #expect(try await queues(node).count == 9)
            }
        }

        @Test("queues with consumers are refused, and so are a missing type and the embedded broker")
        func refusals() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let (server, _) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await eventually("workers consume") {
                let output = try await node.control("-q", "list_consumers", "queue_name").output
                return output.contains("events.neo4j") && output.contains("events.qdrant")
            }
            let (status, output) = try migrate(node, directory.path, ["--queue-type", "quorum"])
            #expect(status == 1)
            #expect(output.contains("stop the workers first"), "\(output)")
            #expect(try await queues(node).values.allSatisfy { $0 == "classic" })
            #expect(server.terminate() == 0)
            #expect(try migrate(node, directory.path, []).status == 2)
            let embedded = try Program.run(
                ["topology", "migrate", "--queue-type", "quorum", "--data-dir", directory.path], readsErrors: true)
            #expect(embedded.status == 1)
            #expect(embedded.output.contains("the broker is embedded"))
        }
    }
}

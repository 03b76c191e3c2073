import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Which events are the same, from outside.
    @Suite struct IdentityTests {
        private static func event(_ product: Int, _ more: String = "") -> String {
            #"{"user_id":7,"product_id":\#(product),"event_type":"view","user_session":"s"\#(more)}"#
        }

        @Test("one event_id with other content is a dead letter of each queue, also after a kill, and verify names it")
        func conflict() async throws {
            let directory = try TemporaryDirectory()
            var (server, port) = try Program.serve(directory.path, ["--no-workers"])
            let (first, changed) = (
                Self.event(1, #","event_id":"order-1""#), Self.event(2, #","event_id":"order-1""#)
            )
            for body in [first, first, changed, Self.event(3)] {
                #expect(try RawClient(port: port).request("POST", "/events", body)?.status == 200)
            }
            server.kill()
            (server, port) = try Program.serve(directory.path)
            let letters = try await letters(2, directory.path)
            #expect(Set(letters.compactMap { $0["queue"] as? String }) == ["events.neo4j", "events.qdrant"])
            #expect(letters.allSatisfy { $0["class"] as? String == "rejected" })
            for letter in letters {
                let error = letter["error"] as? String ?? ""
                #expect(error.contains("is stored with other content: product_id 2 (stored: 1)"), "\(letter)")
            }
            #expect(Set(letters.compactMap { $0["event_id"] as? String }).count == 1)
            let ledger = directory.file("ledger")
            func verify(_ lines: [String]) throws -> (status: Int32, output: String) {
                try (lines.joined(separator: "\n") + "\n").write(toFile: ledger, atomically: true, encoding: .utf8)
                return try Program.run(["verify", "--ledger", ledger, "--data-dir", directory.path])
            }
            try await eventually("the first event in both stores") { try verify([first]).status == 0 }
            let (status, output) = try verify([first, changed])
            #expect(status == 1)
            #expect(output.contains("not in the graph as accepted"), "\(output)")
            #expect(output.contains(": product_id"), "\(output)")
            #expect(server.terminate() == 0)
        }

        /// Publishes messages by pika, with these properties.
        private static let publish = """
            import json, pika, sys
            channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1] + '/%2F')).channel()
            channel.confirm_delivery()
            for message in json.loads(sys.argv[2]):
                channel.basic_publish(
                    'events', 'user.event', message.pop('body').encode(), pika.BasicProperties(**message), mandatory=True)
            """

        @Test("messages of pika are as many events as they have ids, and dead letters if they have no time")
        func messagesOfAnotherProducer() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            let body = Self.event(1)
            func message(_ properties: [String: Any], _ body: String) -> [String: Any] {
                properties.merging(["body": body]) { $1 }
            }
            let seconds = 1_700_000_000
            let messages = [
                message(["message_id": "a-1", "timestamp": seconds], body),
                message(["message_id": "a-2", "timestamp": seconds], body),
                message(["message_id": "a-2", "timestamp": seconds], body),
                message(["message_id": "{0190163d-8694-739b-aea5-966c26f8ad91}"], body),
                message(["message_id": "0190163D8694739BAEA5966C26F8AD91"], body),
                message(["timestamp": seconds * 1_000 + 5], body),
                message(["message_id": "17"], body),
                message(
                    ["message_id": "18"],
                    Self.event(
                        2,
                        #","price":{"__type__":"decimal","__value__":"19.99"},"event_id":{"__type__":"uuid","#
                            + #""__value__":{"hex":"0190163d8694739baea5966c26f8ad92","version":7}},"#
                            + #""event_time":{"__type__":"datetime","__value__":"2024-01-01T00:00:00+00:00"}"#)),
            ]
            let text = String(decoding: try JSONSerialization.data(withJSONObject: messages), as: UTF8.self)
            try await HelperProcess.python(Self.publish, [node.addresses.amqp, text])
            var events: [[String: Any]] = []
            try await eventually("five events in the history, of which are \(events)", within: .seconds(30)) {
                let answer = try RawClient(port: port).request("GET", "/users/7/history")
                events = answer?.object["events"] as? [[String: Any]] ?? []
                return events.count >= 5
            }
            #expect(events.count == 5)
            let kombu = events.first { $0["event_id"] as? String == "0190163d-8694-739b-aea5-966c26f8ad92" }
            #expect(kombu?["price"] as? Double == 19.99)
            #expect(kombu?["event_time"] as? String == "2024-01-01T00:00:00Z")
            #expect(events.contains { $0["event_time"] as? String == "2023-11-14T22:13:20.005Z" })
            let letters = try await letters(2, directory.path, ["--broker", node.addresses.amqp])
            #expect(letters.allSatisfy { $0["class"] as? String == "invalid" })
            #expect(letters.allSatisfy { ($0["error"] as? String)?.contains("set event_time") == true })
            let statistics = try Program.run(
                ["stats", "--json", "--data-dir", directory.path, "--broker", node.addresses.amqp])
            #expect(statistics.output.contains(#""vectors":5"#), "\(statistics.output)")
            #expect(server.terminate() == 0)
        }

        private func letters(_ count: Int, _ directory: String, _ flags: [String] = []) async throws -> [[String: Any]]
        {
            var letters: [[String: Any]] = []
            try await eventually("\(count) dead letters, of which are \(letters)", within: .seconds(30)) {
                let (_, output) = try Program.run(["dlq", "list", "--json", "--data-dir", directory] + flags)
                let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                letters = object?["letters"] as? [[String: Any]] ?? []
                return letters.count >= count
            }
            #expect(letters.count == count)
            return letters
        }
    }
}

import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Work queues that nobody empties, on RabbitMQ.
    @Suite struct FullQueueTests {
        @Test("RabbitMQ never drops what was posted: before its queues are full, events are spooled, through its kill")
        func spoolsBeforeQueuesAreFull() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let flags = ["--broker", node.addresses.amqp, "--queue-max-length", "1000"]
            let (server, port) = try Program.serve(directory.path, flags + ["--no-workers"])
            let poster = Poster(threads: 8)
            poster.use(port: port)
            try await eventually("3,000 events accepted") { poster.accepted >= 3_000 }
            // At once after what would have been an overflow: what it moves then is not on the broker's disk.
            try await node.saveDefinitions()
            try await node.kill()
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.refused.isEmpty, "\(account.refused)")
            try await node.start()
            let queues = try await lengths(node)
            #expect(queues["events.dlq"] == 0)
            #expect(try #require(queues["events.neo4j"]) <= 1_000)
            #expect(try #require(queues["events.neo4j"]) >= 500)
            #expect(server.terminate() == 0)

            let (second, _) = try Program.serve(directory.path, flags)
            try await Audit.waitUntilWritten(directory.path, account)
            #expect(try await lengths(node)["events.dlq"] == 0)
            #expect(second.terminate() == 0)
            try await Audit.check(directory.path, account)
        }

        @Test("without a spool a nearly full queue is a 503 that says why, and the same events are taken later")
        func refusesWithoutSpool() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let flags = ["--broker", node.addresses.amqp, "--queue-max-length", "100", "--spool-limit", "0"]
            let (server, port) = try Program.serve(directory.path, flags + ["--no-workers"])
            func post(_ port: UInt16, _ first: Int, _ count: Int) throws -> RawClient.Answer {
                let events = (first..<first + count).map {
                    #"{"user_id":1,"product_id":\#($0 + 1),"event_type":"view","user_session":"s","#
                        + #""event_id":"00000000-0000-7000-8000-\#(String(100_000_000_000 + $0))"}"#
                }
                return try #require(
                    RawClient(port: port).request("POST", "/events/batch", "[\(events.joined(separator: ","))]"))
            }
            #expect(try post(port, 0, 80).status == 200)
            let refused = try post(port, 80, 20)
            #expect(refused.status == 503)
            let detail = "\(refused.object)"
            #expect(detail.contains("holds up to 80 of at most 100 events (--queue-max-length)"), "\(detail)")
            #expect(server.terminate() == 0)
            let (second, secondPort) = try Program.serve(directory.path, flags)
            try await eventually("room for the same events") { try post(secondPort, 80, 20).status == 200 }
            #expect(second.terminate() == 0)
        }

        /// The messages of each queue, those included that consumers hold, as the broker's own tool tells them.
        private func lengths(_ node: RabbitMQNode) async throws -> [String: Int] {
            let result = try await node.control("list_queues", "-q", "--no-table-headers", "name", "messages")
            var lengths: [String: Int] = [:]
            for line in result.output.split(separator: "\n") {
                let words = line.split(separator: "\t")
                if words.count == 2 { lengths[String(words[0])] = Int(words[1]) }
            }
            return lengths
        }
    }
}

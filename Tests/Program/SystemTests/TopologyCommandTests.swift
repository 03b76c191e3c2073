import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `topology check` and `topology declare` on RabbitMQ.
    @Suite struct TopologyCommandTests {
        @Test("check shows wanted, found and difference, and declare the remedy, by text and exit status")
        func checkTellsWantedFoundAndDifference() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            func topology(
                _ command: String, _ flags: [String] = [], readsErrors: Bool = false
            ) throws -> (status: Int32, output: String) {
                let place = ["--broker", node.addresses.amqp, "--data-dir", directory.path]
                return try Program.run(["topology", command] + place + flags, readsErrors: readsErrors)
            }
            let missing = try topology("check")
            #expect(missing.status == 1)
            for part in ["wanted", "found", "difference", "events.neo4j.retry.30s", "missing"] {
                #expect(missing.output.contains(part), "\(part)")
            }
            #expect(try topology("declare").status == 0)
            #expect(try topology("check").status == 0)

            let flags = ["--queue-max-length", "5"]
            let different = try topology("check", flags)
            #expect(different.status == 1)
            #expect(different.output.contains("x-max-length=100000"))
            #expect(different.output.contains("x-max-length: wanted 5"))
            let refused = try topology("declare", flags, readsErrors: true)
            #expect(refused.status == 1)
            for part in ["events.neo4j", "x-max-length", "100000", "rabbitmqctl delete_queue"] {
                #expect(refused.output.contains(part), "\(part): \(refused.output)")
            }
            let json = try topology("check", flags + ["--json"])
            let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(report?["status"] as? String == "different")
            #expect(json.status == 1)
        }
    }
}

import Foundation
import JSON
import QdrantClient
import TestSupport
import Testing

extension SystemTests {
    /// The vectors' server and its workers under faults, and the fate of the events.
    @Suite struct QdrantFaultTests {
        /// What one in so many requests meets.
        private static let faults = """
            [{"mode": "drop", "next": 3}, {"mode": "drop_after_apply", "next": 3}, {"mode": "status", "status": 503, "next": 3},
             {"mode": "status", "status": 408, "next": 2}, {"mode": "status", "status": 429, "retry_after": 0, "next": 2},
             {"mode": "status", "status": 507, "next": 2}, {"mode": "wait_timeout", "next": 3}, {"mode": "partial", "next": 3},
             {"mode": "latency", "ms": 300, "next": 3}]
            """

        @Test(
            "through faults, kills of the worker and of the server every event answered with 200 is stored once, and in the profiles"
        )
        func kills() async throws {
            let node = try await QdrantNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers"])
            let poster = Poster(threads: 2, pause: 0.01)
            poster.use(port: port)
            var generator = SystemRandomNumberGenerator()
            for round in 1...6 {
                let worker = try startWorker(directory, node)
                let before = poster.accepted
                try await eventually("events are accepted") { poster.accepted > before + 50 }
                if round.isMultiple(of: 2) { try await node.faults(Self.faults) }
                // The test does not wait for a state: processes are killed after a random time.
                try await Task.sleep(for: .seconds(.random(in: 0.1...1.5, using: &generator)))
                if round.isMultiple(of: 3) { try await node.kill() }
                worker.kill()
                if round.isMultiple(of: 3) { try await node.start() }
            }
            poster.use(port: nil)
            let account = poster.stop()
            let worker = try startWorker(directory, node)
            try await eventually("the queue of the vectors is empty", within: .seconds(180)) {
                let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
                let queues = health?["queues"] as? [String: [String: Int]]
                return queues?["events.qdrant"]?["messages"] == 0
            }
            let stored = try await node.storedIDs()
            #expect(account.accepted.subtracting(stored).isEmpty, "lost")
            #expect(Set(stored).isSubset(of: account.sent))
            let profiles = try await node.send(
                .scroll(QdrantScroll(limit: 1_000, with: .payload), in: "user_profiles"))
            var counted = 0
            for profile in profiles.points {
                if case .integer(let count) = try profile.payload?.fields()["interactions"] { counted += Int(count) }
            }
            #expect(counted == stored.count, "profiles are behind the interactions")
            let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
            let queues = health?["queues"] as? [String: [String: Int]]
            #expect(queues?["events.dlq"]?["messages"] == 0)
            #expect(worker.terminate() == 0)
            #expect(server.terminate() == 0)
        }

        private func startWorker(_ directory: TemporaryDirectory, _ node: QdrantNode) throws -> Program {
            try Program(
                ["worker", "--queue", "qdrant", "--data-dir", directory.path] + node.addresses.flags,
                environment: node.addresses.secrets)
        }
    }
}

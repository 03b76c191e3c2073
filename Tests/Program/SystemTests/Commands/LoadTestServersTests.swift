import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `load-test` with servers in place of the embedded parts.
    @Suite struct LoadTestServersTests {
        @Test("through kills of workers and of the broker, nothing is lost or doubled in Neo4j and Qdrant")
        func kills() async throws {
            let broker = try await RabbitMQNode.start()
            let neo4j = try await Neo4jNode.start()
            let qdrant = try await QdrantNode.start()
            let directory = try TemporaryDirectory()
            let place =
                neo4j.flags + qdrant.addresses.flags + [
                    "--broker", broker.addresses.amqp, "--data-dir", directory.path,
                ]
            let secrets = neo4j.secrets.merging(qdrant.addresses.secrets) { $1 }
            func start(_ words: [String]) throws -> Program {
                try Program(words + place, environment: secrets)
            }
            // What a killed worker held is tried one by one, so that each holds little.
            func startWorker(_ queue: String) throws -> Program {
                try start(["worker", "--queue", queue, "--batch", "50", "--prefetch", "100"])
            }
            let server = try start(["serve", "--host", "127.0.0.1", "--port", "0", "--no-workers"])
            let url = "http://127.0.0.1:\(try server.port())"
            var workers = try ["neo4j", "qdrant"].map { try startWorker($0) }
            let load = try start([
                "load-test", "--url", url, "--events", "2000", "--rate", "300", "--duplicates", "5", "--json",
                "--ledger", directory.file("ledger"),
            ])
            try await Task.sleep(for: .seconds(2))
            for (index, queue) in ["neo4j", "qdrant"].enumerated() {
                workers[index].kill()
                workers[index] = try startWorker(queue)
                try await Task.sleep(for: .seconds(1))
            }
            try await broker.kill()
            try await broker.start()
            let output = load.remainingOutput()
            let report = try #require(
                try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
            #expect(report["status"] as? String == "good", "\(output)")
            let events = report["events"] as? [String: Any] ?? [:]
            let attempted = (events["sent"] as? Int ?? 0) - (events["repetitions"] as? Int ?? 0)
            #expect(events["sent"] as? Int == 2_000)
            #expect(report["lost"] as? Int == 0)
            #expect(report["doubled"] as? Int == 0)
            let audit = report["audit"] as? [String: Any] ?? [:]
            let present = ["graph", "vectors"].map { store in
                let part = audit[store] as? [String: Any] ?? [:]
                return (part["stored"] as? Int ?? 0) + (part["recovered"] as? Int ?? 0)
            }
            #expect(present.allSatisfy { $0 <= attempted && $0 > 1_000 })
            #expect(try await neo4j.interactions() == present[0])
            #expect(try await qdrant.storedIDs().count == present[1])
            let setting = report["setting"] as? [String: Any] ?? [:]
            #expect((setting["broker"] as? String)?.hasPrefix("RabbitMQ/") == true)
            #expect((setting["vectors"] as? String)?.hasPrefix("Qdrant/") == true)
            #expect(!output.contains(neo4j.addresses.password))
            let (status, text) = try Program.run(
                ["verify", "--ledger", directory.file("ledger")] + place, environment: secrets)
            #expect(status == 0, "\(text)")
            for program in workers + [server] { #expect(program.terminate() == 0) }
        }
    }
}

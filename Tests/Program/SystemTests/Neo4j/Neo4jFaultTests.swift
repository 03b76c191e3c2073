import Embedded
import Foundation
import Messaging
import TestSupport
import Testing

extension SystemTests {
    /// The graph's server and its workers under faults, and the fate of the events.
    @Suite struct Neo4jFaultTests {
        @Test("through kills of the worker and of the server every event answered with 200 is in the graph once")
        func kills() async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers"])
            let poster = Poster(threads: 2, pause: 0.01)
            poster.use(port: port)
            var generator = SystemRandomNumberGenerator()
            for round in 1...8 {
                let worker = try startWorker(directory, node)
                let before = poster.accepted
                try await eventually("events are accepted") { poster.accepted > before + 50 }
                // The test does not wait for a state: processes are killed after a random time.
                try await Task.sleep(for: .seconds(.random(in: 0.1...1.5, using: &generator)))
                if round.isMultiple(of: 3) { try await node.kill() }
                worker.kill()
                guard round.isMultiple(of: 3) else { continue }
                // A start takes long, and what is posted meanwhile would be the test's longest part.
                poster.use(port: nil)
                try await node.start()
                poster.use(port: port)
            }
            poster.use(port: nil)
            let account = poster.stop()
            let worker = try startWorker(directory, node)
            try await waitUntilDrained(port)
            let stored = try await node.storedIDs()
            #expect(Set(stored).count == stored.count, "doubled")
            #expect(account.accepted.subtracting(stored).isEmpty, "lost")
            #expect(Set(stored).isSubset(of: account.sent))
            let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
            let queues = health?["queues"] as? [String: [String: Int]]
            #expect(queues?["events.dlq"]?["messages"] == 0)
            #expect(worker.terminate() == 0)
            #expect(server.terminate() == 0)
        }

        /// How many events, and by how many processes with how many workers they are written. ArcadeDB takes one writer.
        /// `NEO4J_TEST_EVENTS` in the environment asks for another number of events, such as 100000.
        static let size: (events: Int, processes: Int, workers: Int) = {
            let wanted = ProcessInfo.processInfo.environment["NEO4J_TEST_EVENTS"].flatMap { Int($0) }
            return Neo4j.isReal ? (wanted ?? 20_000, 2, 2) : (wanted ?? 3_000, 1, 1)
        }()

        @Test(
            "processes with several workers write events of which half concern ten products, through two restarts: each once, and none is given up"
        )
        func hotProducts() async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            let limit = ["--queue-max-length", "1000000"]
            let broker = try await EmbeddedBroker.open(directory: directory.path)
            try await broker.declare(PipelineTopology.topology(maxLength: 1_000_000))
            let publisher = try await broker.makePublisher()
            for start in stride(from: 0, to: Self.size.events, by: 5_000) {
                let numbers = start..<min(start + 5_000, Self.size.events)
                let outcomes = await publisher.publish(numbers.map(Self.publication))
                try #require(outcomes.allSatisfy { $0 == .confirmed })
            }
            let workers = try (0..<Self.size.processes).map { _ in
                try startWorker(directory, node, limit + ["--concurrency", "\(Self.size.workers)"])
            }
            for share in [3, 2] {
                try await waitUntil(count: Self.size.events / share, on: node)
                try await node.stop()
                try await node.start()
            }
            try await waitUntil(count: Self.size.events, on: node)
            try await eventually("the queue is empty") {
                let status = try await broker.status(of: [PipelineTopology.graphQueue])
                return status[PipelineTopology.graphQueue]?.messages == 0
            }
            for worker in workers { #expect(worker.terminate() == 0) }
            let stored = try await node.storedIDs()
            #expect(stored.count == Self.size.events)
            #expect(Set(stored).count == Self.size.events)
            let queues = PipelineTopology.topology().queues.map(\.name).filter { $0 != PipelineTopology.profileQueue }
            let left = try await broker.status(of: queues).filter { $0.value.messages > 0 }
            #expect(left.isEmpty, "\(left)")
            await broker.close()
        }

        /// Every second event concerns one of ten products.
        private static func publication(_ number: Int) -> Publication {
            let id = String(format: "0190163d-8694-739b-aea5-%012x", number)
            let product = number.isMultiple(of: 2) ? number / 2 % 10 + 1 : number % 9_973 + 11
            let body = """
                {"user_id":\(number &* 7_919 % 4_001 + 1),"product_id":\(product),"event_type":"view",\
                "user_session":"s","event_id":"\(id)","event_time":"2026-01-01T00:00:00Z"}
                """
            return Publication(
                exchange: "", routingKey: PipelineTopology.graphQueue,
                message: Message(body: Array(body.utf8), properties: MessageProperties(messageID: id)))
        }

        private func startWorker(_ directory: TemporaryDirectory, _ node: Neo4jNode, _ more: [String] = []) throws
            -> Program
        {
            try Program(
                ["worker", "--queue", "neo4j", "--data-dir", directory.path] + node.flags + more,
                environment: node.secrets)
        }

        private func waitUntilDrained(_ port: UInt16) async throws {
            try await eventually("the graph's queue is empty", within: .seconds(180)) {
                let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
                let queues = health?["queues"] as? [String: [String: Int]]
                return queues?["events.neo4j"]?["messages"] == 0
            }
        }

        private func waitUntil(count: Int, on node: Neo4jNode) async throws {
            var found = 0
            try await eventually("\(count) interactions in the graph, not \(found)", within: .seconds(480)) {
                // Fewer questions than the pause of eventually makes: each counts the whole graph.
                try await Task.sleep(for: .milliseconds(300))
                found = (try? await node.interactions()) ?? found
                return found >= count
            }
        }
    }
}

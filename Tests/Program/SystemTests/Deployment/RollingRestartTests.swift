import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The processes of deploy/compose and deploy/kubernetes, started by hand on real servers.
    @Suite struct RollingRestartTests {
        @Test(
            "two APIs and the workers of RabbitMQ, Neo4j and Qdrant are restarted one by one under load: each request is answered, each event is in both stores once"
        )
        func rolling() async throws {
            let directory = try TemporaryDirectory()
            let layout = Layout(
                directory: directory.path, broker: try await RabbitMQNode.start(), graph: try await Neo4jNode.start(),
                vectors: try await QdrantNode.start())
            var apis = try (0..<2).map { try layout.startAPI($0) }
            var workers = try layout.workers.map { (arguments: $0, program: try layout.startWorker($0)) }
            try await layout.waitUntilReady(apis[1].port)

            let poster = Poster(threads: 4, pause: 0.01)
            poster.use(port: apis[1].port)
            try await eventually("events are accepted") { poster.accepted > 200 }
            for index in apis.indices {
                // As a Service does, whose pod is about to stop: new requests go to the other one.
                poster.use(port: apis[1 - index].port)
                #expect(apis[index].program.terminate() == 0)
                apis[index] = try layout.startAPI(index)
                try await layout.waitUntilReady(apis[index].port)
            }
            for index in workers.indices {
                #expect(workers[index].program.terminate() == 0)
                workers[index].program = try layout.startWorker(workers[index].arguments)
                try await layout.waitUntilConsumed(apis[0].port)
                let before = poster.accepted
                try await eventually("events are accepted") { poster.accepted > before + 100 }
            }
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.refused.isEmpty && account.unanswered == 0, "\(account.refused) \(account.unanswered)")
            try await layout.check(account)
            for (_, program) in workers { #expect(program.terminate() == 0) }
            for (program, _) in apis { #expect(program.terminate() == 0) }
        }
    }
}

/// What the profile `full` of deploy/compose starts.
private struct Layout {
    let directory: String
    let broker: RabbitMQNode
    let graph: Neo4jNode
    let vectors: QdrantNode

    /// ArcadeDB, where it stands in for Neo4j, takes one writer.
    var workers: [[String]] {
        let graphs = Array(repeating: ["--queue", "neo4j"], count: Neo4j.isReal ? 2 : 1)
        return graphs + Array(repeating: ["--queue", "qdrant"], count: 2)
    }

    private var flags: [String] { ["--broker", broker.addresses.amqp] + graph.flags + vectors.addresses.flags }
    private var secrets: [String: String] { graph.secrets.merging(vectors.addresses.secrets) { $1 } }

    /// Each API has a data folder of its own, for its spool.
    func startAPI(_ number: Int) throws -> (program: Program, port: UInt16) {
        try Program.serve("\(directory)/api-\(number)", ["--no-workers"] + flags, environment: secrets)
    }

    func startWorker(_ arguments: [String]) throws -> Program {
        try Program(
            ["worker", "--data-dir", "\(directory)/workers"] + arguments + flags, environment: secrets)
    }

    func waitUntilReady(_ port: UInt16) async throws {
        try await eventually("the API is ready") {
            try RawClient(port: port).request("GET", "/health/ready")?.status == 200
        }
        try await waitUntilConsumed(port)
    }

    func waitUntilConsumed(_ port: UInt16) async throws {
        try await eventually("every worker consumes") {
            let queues = try health(port)
            return queues["events.neo4j"]?["consumers"] == (Neo4j.isReal ? 2 : 1)
                && queues["events.qdrant"]?["consumers"] == 2
        }
    }

    private func health(_ port: UInt16) throws -> [String: [String: Int]] {
        let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
        return health?["queues"] as? [String: [String: Int]] ?? [:]
    }

    /// Everything that was accepted is in both stores, once, and nothing else.
    func check(_ account: Poster.Account) async throws {
        try await eventually("the events are in both stores") {
            let written = try await graph.interactions()
            return try await min(written, vectors.storedIDs().count) >= account.accepted.count
        }
        for (store, stored) in [("graph", try await graph.storedIDs()), ("vectors", try await vectors.storedIDs())] {
            #expect(Set(stored).count == stored.count, "doubled in the \(store)")
            #expect(account.accepted.subtracting(stored).isEmpty, "lost in the \(store)")
            #expect(Set(stored).isSubset(of: account.sent), "the \(store) has what nobody sent")
        }
    }
}

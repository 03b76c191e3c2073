import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What the program says of a graph's server that it cannot use, and that no event pays for it.
    @Suite struct Neo4jMistakeTests {
        enum Mistake: String, CaseIterable, CustomTestStringConvertible {
            case password = "a wrong password"
            case database = "a database that does not exist"
            case away = "a server that is away"
            case constraint = "a graph with two nodes for one user"

            var testDescription: String { rawValue }

            /// The options with the mistake.
            func flags(_ node: Neo4jNode) -> [String] {
                switch self {
                case .password: ["--graph", node.addresses.bolt, "--neo4j-user", "shop"]
                case .database: node.flags + ["--neo4j-database", "nowhere"]
                case .away, .constraint: node.flags
                }
            }

            /// The password with the mistake.
            func secrets(_ node: Neo4jNode) -> [String: String] {
                self == .password ? ["NEO4J_PASSWORD": "wrong-secret"] : node.secrets
            }

            func prepare(_ node: Neo4jNode) async throws {
                switch self {
                case .password, .database: break
                case .away: try await node.stop()
                case .constraint: try await node.query("CREATE (:User {user_id: 7}), (:User {user_id: 7})")
                }
            }

            /// Mends it while the program runs; false where only other options mend it.
            func mend(_ node: Neo4jNode) async throws -> Bool {
                switch self {
                case .password:
                    // ArcadeDB has no Cypher for users.
                    guard Neo4j.isReal else { return false }
                    try await node.query("CREATE USER shop SET PASSWORD 'wrong-secret' CHANGE NOT REQUIRED")
                case .database: return false
                case .away: try await node.start()
                case .constraint: try await node.query("MATCH (u:User {user_id: 7}) DELETE u")
                }
                return true
            }

            /// A part of what the log and `/health/ready` say.
            var cause: String {
                switch self {
                case .password: Neo4j.isReal ? "set NEO4J_USER and NEO4J_PASSWORD" : "127.0.0.1"
                case .database: Neo4j.isReal ? "set NEO4J_DATABASE to one that SHOW DATABASES lists" : "nowhere"
                case .away: "127.0.0.1"
                case .constraint: Neo4j.isReal ? "merge the nodes that have the same id" : "cannot be made"
                }
            }
        }

        @Test(
            "the workers wait and say why, spend no attempt of any event, and go on by themselves once it is mended",
            arguments: Mistake.allCases)
        func mistakes(_ mistake: Mistake) async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            try await mistake.prepare(node)
            let (flags, secrets) = (mistake.flags(node), mistake.secrets(node))
            let (server, port) = try Program.serve(
                directory.path, ["--workers", "qdrant=1"] + flags, readsErrors: true, environment: secrets)
            var worker = try Program(
                ["worker", "--queue", "neo4j", "--data-dir", directory.path] + flags, readsErrors: true,
                environment: secrets)
            let client = try RawClient(port: port)
            for number in 1...20 {
                let event = """
                    {"user_id":\(number),"product_id":1,"event_type":"view","user_session":"s","event_id":"e\(number)"}
                    """
                #expect(client.request("POST", "/events", event)?.status == 200)
            }
            var graph = ""
            try await eventually("readiness names the cause, not \"\(graph)\"", within: .seconds(90)) {
                let ready = try RawClient(port: port, timeout: 30).request("GET", "/health/ready")
                graph = (ready?.object["checks"] as? [String: String])?["graph"] ?? ""
                return ready?.status == 503 && graph.hasPrefix("the last write failed") && graph.contains(mistake.cause)
            }
            #expect(client.request("GET", "/health")?.status == 200, "no reason to restart the process")
            try check(try waiting(client), "in the work queue: nobody climbs the ladder", 20)
            var log = ""
            if try await !mistake.mend(node) {
                #expect(worker.terminate() == 0)
                log = worker.remainingOutput()
                worker = try Program(
                    ["worker", "--queue", "neo4j", "--data-dir", directory.path] + node.flags, readsErrors: true,
                    environment: node.secrets)
            }
            try await eventually("all events in the graph", within: .seconds(120)) {
                // A server that starts may refuse what asks it as well.
                (try? await node.interactions()) == 20
            }
            try await eventually("the queue is empty") { try waiting(client) == ["events.neo4j": 0, "events.dlq": 0] }
            #expect(worker.terminate() == 0)
            #expect(server.terminate() == 0)
            log += worker.remainingOutput()
            #expect(log.contains("store failing, worker waits") && log.contains(mistake.cause), "\(log)")
            for word in ["events will be tried again", "dead-lettered", "wrong-secret", "test-password"] {
                #expect(!(log + server.remainingOutput()).contains(word), "\(log)")
            }
        }

        private func check(_ found: [String: Int], _ comment: Comment, _ count: Int) throws {
            #expect(found == ["events.neo4j": count, "events.dlq": 0], comment)
        }

        private func waiting(_ client: RawClient) throws -> [String: Int] {
            let queues = client.request("GET", "/rabbitmq/health")?.object["queues"] as? [String: [String: Int]]
            return ["events.neo4j", "events.dlq"].reduce(into: [:]) { $0[$1] = queues?[$1]?["messages"] }
        }

        @Test("commands say what is wrong and what to do, with status 1 and without the password")
        func commands() async throws {
            let node = try await Neo4jNode.shared()
            let directory = try TemporaryDirectory()
            let place = ["--graph", node.addresses.bolt, "--neo4j-user", "nobody", "--data-dir", directory.path]
            for command in [["stats"], ["health"], ["graph", "adopt"]] {
                let (status, output) = try Program.run(
                    command + place, readsErrors: true, environment: ["NEO4J_PASSWORD": "wrong-secret"])
                #expect(status == 1, "\(command): \(output)")
                #expect(output.contains("127.0.0.1") && !output.contains("wrong-secret"), "\(output)")
                if Neo4j.isReal { #expect(output.contains("NEO4J_PASSWORD to a user of that server"), "\(output)") }
            }
            let embedded = try Program.run(["graph", "adopt", "--data-dir", directory.path], readsErrors: true)
            #expect(embedded.status == 1 && embedded.output.contains("--graph"), "\(embedded)")
            let scheme = try Program.run(["stats", "--graph", "http://127.0.0.1:7474"], readsErrors: true)
            #expect(scheme.status == 2 && scheme.output.contains("bolt"), "\(scheme)")
        }
    }
}

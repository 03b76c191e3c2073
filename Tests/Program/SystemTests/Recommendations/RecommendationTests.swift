import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Recommendations are a function of the set of stored events: whatever happened on the way there, and wherever they
    /// are stored, the bytes of an answer are the same.
    @Suite struct RecommendationTests {
        private static let users = 1...12
        private let directory: TemporaryDirectory

        init() async throws {
            directory = try TemporaryDirectory()
        }

        /// Events of a few users and sessions, many of them at the same second; as lines of NDJSON with their ids.
        private static func events(_ count: Int = 300) -> [String] {
            var random = SeededGenerator(seed: 20)
            func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }
            return (1...count).map { number in
                let user = Int.random(in: users, using: &random)
                let second = Int.random(in: 0...59, using: &random)
                let minute = Int.random(in: 10...30, using: &random)
                return """
                    {"event_id":"event-\(number)","user_id":\(user),"product_id":\(Int.random(in: 1...40, using: &random)),\
                    "event_type":"\(pick(["view", "view", "view", "cart", "purchase", "remove_from_cart"]))",\
                    "user_session":"s\(user % 5)-\(minute / 4)","brand":"\(pick(["", "acme", "umbrella"]))",\
                    "category_code":"\(pick(["", "shoes", "bags.red"]))",\
                    "event_time":"2026-01-01T10:\(minute):\(second < 10 ? "0" : "")\(second)Z"}
                    """
            }
        }

        private func write(_ lines: [String], _ name: String) throws -> String {
            let path = directory.file(name)
            try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        /// What `GET /users/{id}/recommendations` answers for every user, with and without correction.
        private func answers(port: UInt16) throws -> [String] {
            let client = try RawClient(port: port, timeout: 60)
            return try (Array(Self.users) + [99]).flatMap { user in
                try ["debias=0", "debias=0.75&limit=7&seen=include"].map { parameters in
                    let path = "/users/\(user)/recommendations?\(parameters)"
                    let answer = try #require(client.request("GET", path), "\(path)")
                    #expect(answer.status == 200, "\(answer.body)")
                    return answer.body
                }
            }
        }

        /// The answers over a data folder that is not being written.
        private func answers(
            over data: String, _ flags: [String] = [], environment: [String: String] = [:]
        ) throws -> [String] {
            let (server, port) = try Program.serve(data, ["--no-workers"] + flags, environment: environment)
            defer { _ = server.terminate() }
            return try answers(port: port)
        }

        /// The answers over a data folder into which these events were imported in one go.
        private func imported(_ lines: [String], into name: String) throws -> [String] {
            let data = directory.file(name)
            let file = try write(lines, "\(name).ndjson")
            let run = try Program.run(["import", file, "--data-dir", data], readsErrors: true)
            #expect(run.status == 0, "\(run.output)")
            return try answers(over: data)
        }

        @Test("shuffled, doubled and concurrent events with a kill -9 among them lead to the same bytes as an import")
        func anyOrder() async throws {
            let events = Self.events()
            let expected = try imported(events, into: "once")
            #expect(Set(expected).count == expected.count, "every question has an answer of its own")

            let data = directory.file("posted")
            var random = SeededGenerator(seed: 21)
            var (server, port) = try Program.serve(data, ["--workers", "neo4j=2,qdrant=1"])
            for round in 0..<2 {
                let shuffled = events.shuffled(using: &random)
                let clients = try [RawClient(port: port), RawClient(port: port)]
                for begin in stride(from: 0, to: shuffled.count, by: 50) {
                    let batch = "[\(shuffled[begin..<(begin + 50)].joined(separator: ","))]"
                    #expect(clients[begin / 50 % 2].request("POST", "/events/batch", batch)?.status == 200)
                }
                if round == 0 {
                    server.kill()
                    (server, port) = try Program.serve(data, ["--workers", "neo4j=2,qdrant=1"])
                }
            }
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(try answers(port: port) == expected)
            #expect(server.terminate() == 0)

            let rebuilt = try Program.run(["profile", "rebuild", "--data-dir", data])
            #expect(rebuilt.status == 0)
            #expect(try answers(over: data) == expected, "after a rebuild of all profiles")
        }

        @Test("after an erasure, the answers are those of a shop that the user never came to")
        func erasure() async throws {
            let events = Self.events()
            let expected = try imported(events.filter { !$0.contains("\"user_id\":3,") }, into: "without")
            let before = try imported(events, into: "with")
            #expect(before != expected)
            let erased = try Program.run(["user", "erase", "3", "--yes", "--data-dir", directory.file("with")])
            #expect(erased.status == 0)
            #expect(try answers(over: directory.file("with")) == expected)
        }

        @Test("Neo4j and the embedded graph lead to the same bytes")
        func sameBytes() async throws {
            let events = Self.events(Neo4j.isReal ? 300 : 100)
            let expected = try imported(events, into: "embedded")
            let node = try await Neo4jNode.start()
            let data = directory.file("beside")
            let file = try write(events.reversed(), "reversed.ndjson")
            let run = try Program.run(
                ["import", file, "--data-dir", data] + node.flags, readsErrors: true, environment: node.secrets)
            #expect(run.status == 0, "\(run.output)")
            #expect(try answers(over: data, node.flags, environment: node.secrets) == expected)
        }

        @Test("near products come by vectors that were learned from the events", arguments: [false, true])
        func learnedVectors(onQdrant: Bool) async throws {
            let node = onQdrant ? try await QdrantNode.start() : nil
            let flags = (node?.addresses.flags ?? []) + ["--learn-every", "100ms"]
            let (server, port) = try Program.serve(
                directory.file("learned"), flags, environment: node?.addresses.secrets ?? [:])
            let client = try RawClient(port: port)
            // What users see together, in another category each time; the last one has seen the first of a pair.
            for (user, products) in [(1, [10, 11]), (2, [20, 21]), (3, [10, 11]), (4, [10])] {
                for product in products {
                    let event = """
                        {"user_id":\(user),"product_id":\(product),"event_type":"view","user_session":"s\(user)",\
                        "category_code":"c\(product)","event_time":"2026-01-01T10:00:\(product)Z"}
                        """
                    #expect(client.request("POST", "/events", event)?.status == 200)
                }
            }
            var found: [[String: Any]] = []
            try await eventually("product 11 is learned: \(found)") {
                let answer = client.request("GET", "/users/4/products?debias=0.25")
                found = answer?.object["products"] as? [[String: Any]] ?? []
                return found.count == 4 && found.allSatisfy { $0["stand_in"] as? Bool == false }
            }
            // Fewer have seen the second of the pair.
            #expect(found.prefix(2).compactMap { $0["product_id"] as? Int } == [11, 10])
            #expect(server.terminate() == 0)
        }

        @Test("recommend prints a table for a person, and with --json what the API answers")
        func command() async throws {
            _ = try imported(Self.events(), into: "shop")
            let words = ["recommend", "--user", "1", "--data-dir", directory.file("shop")]
            let (server, port) = try Program.serve(directory.file("shop"), ["--no-workers"])
            let answer = try RawClient(port: port).request("GET", "/users/1/recommendations?limit=5&debias=0.5")
            let json = try Program.run(words + ["--limit", "5", "--debias", "0.5", "--json"])
            #expect(json.status == 0)
            #expect(json.output == (answer?.body ?? "") + "\n")
            #expect(server.terminate() == 0)
            let table = try Program.run(words)
            #expect(table.status == 0)
            #expect(table.output.hasPrefix("for user 1, debias 0.25\n"))
            #expect(table.output.contains("% product "))
            #expect(try Program.run(words + ["--debias", "2"]).status == 2)
            #expect(try Program.run(words + ["--limit", "0"]).status == 2)
        }
    }
}

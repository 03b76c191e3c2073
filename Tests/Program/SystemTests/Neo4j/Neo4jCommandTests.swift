import BoltWire
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The commands on a graph that a shop has begun.
    @Suite struct Neo4jCommandTests {
        @Test("import, stats, verify, health, graph adopt and the API work on a graph that a shop has begun")
        func commands() async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            try await node.query(
                """
                UNWIND range(1, 30) AS n
                MERGE (u:User {user_id: n % 3 + 1}) MERGE (p:Product {product_id: n})
                CREATE (u)-[:INTERACTED {event_type: 'view', event_time: '2025-12-01 00:00:' + toString(n + 10),
                    session_id: 's'}]->(p)
                """)
            let place = node.flags + ["--data-dir", directory.path]
            func run(_ words: [String]) throws -> String {
                let (status, output) = try Program.run(words + place, readsErrors: true, environment: node.secrets)
                #expect(status == 0, "\(words): \(output)")
                return output
            }
            let file = directory.file("events.csv")
            let rows = (1...40).map { "2026-01-01 00:00:\($0 + 10) UTC,view,\($0),1,c,b,9.50,\($0 % 3 + 1),s\($0)" }
            let header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session"
            try ([header] + rows).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
            for _ in 1...2 { #expect(try run(["import", file]).contains("40")) }
            #expect(try object(run(["stats", "--json"]))["interactions"] as? Int == 70)

            let (server, port) = try Program.serve(directory.path, node.flags, environment: node.secrets)
            let client = try RawClient(port: port)
            let ids = (0..<20).map { String(format: "0190163d-8694-739b-aea5-9000000000%02d", $0) }
            for (number, id) in ids.enumerated() {
                let event = """
                    {"user_id":1,"product_id":\(number + 1),"event_type":"cart","user_session":"x","event_id":"\(id)"}
                    """
                #expect(client.request("POST", "/events", event)?.status == 200)
            }
            let ledger = directory.file("ledger")
            try ids.joined(separator: "\n").write(toFile: ledger, atomically: true, encoding: .utf8)
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(try run(["verify", "--ledger", ledger]).contains("graph: stored 20, lost 0, doubled 0"))
            #expect(try run(["health"]).contains("graph    ok"))
            let before = try #require(client.request("GET", "/users/1/history?limit=100"))
            #expect((before.object["events"] as? [Any])?.count == 20 + 13 + 10)

            let adopted = try object(run(["graph", "adopt", "--json"]))
            #expect(adopted as? [String: Int] == ["adopted": 30, "unreadable": 0])
            #expect(try run(["graph", "adopt"]).hasPrefix("0 interactions adopted"))
            #expect(client.request("GET", "/users/1/history?limit=100")?.body == before.body)
            #expect(server.terminate() == 0)
            #expect(try object(run(["stats", "--json"]))["interactions"] as? Int == 90)
        }

        @Test("an event that a constraint of the shop refuses becomes a dead letter, and its neighbours are written")
        func refused() async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            try await node.query("CREATE CONSTRAINT shop FOR ()-[r:INTERACTED]-() REQUIRE r.price IS UNIQUE")
            let flags = ["--workers", "neo4j=1"] + node.flags
            let (server, port) = try Program.serve(directory.path, flags, environment: node.secrets)
            let events = (1...60).map {
                // Every tenth has the price of its predecessor.
                let price = $0.isMultiple(of: 10) ? $0 - 1 : $0
                return """
                    {"user_id":\($0 % 7 + 1),"product_id":\($0),"event_type":"view","user_session":"s","price":\(price)}
                    """
            }
            let client = try RawClient(port: port, timeout: 60)
            #expect(client.request("POST", "/events/batch", "[\(events.joined(separator: ","))]")?.status == 200)
            var letters: [[String: Any]] = []
            try await eventually("six letters and 54 interactions, not \(letters.count)", within: .seconds(90)) {
                let list = ["dlq", "list", "--json", "--data-dir", directory.path]
                letters = try object(Program.run(list).output)["letters"] as? [[String: Any]] ?? []
                guard letters.count == 6 else { return false }
                return try await node.interactions() == 54
            }
            #expect(letters.allSatisfy { $0["class"] as? String == "rejected" })
            #expect(server.terminate() == 0)
        }

        @Test(
            "an erasure that is killed in the middle of a long history is finished by another, and others keep theirs")
        func killedErasure() async throws {
            let node = try await Neo4jNode.start()
            let directory = try TemporaryDirectory()
            try await node.query("CREATE CONSTRAINT users FOR (u:User) REQUIRE u.user_id IS UNIQUE")
            // ArcadeDB takes milliseconds for each interaction of a user who has many.
            let total = Neo4j.isReal ? 50_000 : 10_000
            for user in [1, 2] {
                try await node.query(
                    """
                    MERGE (u:User {user_id: \(user)}) MERGE (p:Product {product_id: 1})
                    WITH u, p UNWIND range(1, \(user == 1 ? total : 10)) AS n
                    CREATE (u)-[:INTERACTED {event_type: 'view', event_time: '2025-12-01 00:00:00', session_id: 's'}]->(p)
                    """)
            }
            let words = ["user", "erase", "1", "--yes", "--json", "--data-dir", directory.path] + node.flags
            let killed = try Program(words, environment: node.secrets)
            try await eventually("a part is removed") { try await node.interactions() < total + 10 }
            killed.kill()
            let left = try await node.interactions()
            // What the server had begun for the client that died may be in the way for a while.
            var output = ""
            try await eventually("the erasure is finished: \(output)") {
                let run = try Program.run(words, readsErrors: true, environment: node.secrets)
                output = run.output
                return run.status == 0
            }
            #expect(left > 10, "it was killed too late to show anything")
            let removed = try object(output)["removed"] as? [String: Any]
            // A transaction that the server had when its client died may be committed all the same.
            #expect((0...(left - 10)).contains(removed?["interactions"] as? Int ?? -1))
            #expect(try await node.interactions() == 10)
            let tombstone = "MATCH (u:ErasedUser) WHERE u.erased_until > 0 RETURN u.user_id"
            #expect(try await node.query(tombstone) == [[1]])
        }

        private func object(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        }
    }
}

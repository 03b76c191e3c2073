import Foundation
import JSON
import QdrantClient
import TestSupport
import Testing

extension SystemTests {
    /// The commands with vectors on a server.
    @Suite struct QdrantCommandTests {
        @Test("import, stats, verify, health, serve and the worker write into and read from a Qdrant server")
        func commands() async throws {
            let node = try await QdrantNode.start()
            let directory = try TemporaryDirectory()
            let place = node.addresses.flags + ["--data-dir", directory.path]
            func run(_ words: [String]) throws -> String {
                let (status, output) = try Program.run(
                    words + place, readsErrors: true, environment: node.addresses.secrets)
                #expect(status == 0, "\(words): \(output)")
                return output
            }
            let file = directory.file("events.csv")
            let rows = (1...40).map { "2026-01-01 00:00:\($0 + 10) UTC,view,\($0),1,c,b,9.50,\($0 % 3 + 1),s\($0)" }
            let header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session"
            try ([header] + rows).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
            for _ in 1...2 { #expect(try run(["import", file]).contains("40")) }
            let before = try object(run(["stats", "--json"]))
            #expect(before["vectors"] as? Int == 40 && before["profiles"] as? Int == 3, "\(before)")

            let (server, port) = try Program.serve(
                directory.path, node.addresses.flags, environment: node.addresses.secrets)
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
            #expect(try run(["verify", "--ledger", ledger]).contains("vectors: stored 20, lost 0, doubled 0"))
            #expect(try run(["health"]).contains("vectors  ok"))
            let profile = try #require(client.request("GET", "/users/1/profile")).object
            #expect((profile["counts"] as? [String: Int])?["cart"] == 20, "\(profile)")
            #expect(server.terminate() == 0)
            #expect(Set(try await node.storedIDs()).isSuperset(of: ids))
            #expect(try await node.send(.count(in: "interactions")) == 60)
            let record = try #require(try await node.send(.points([1], in: "user_profiles", with: .all)).first)
            #expect(record.vector?.count == 64)
            #expect(try record.payload?.fields()["interactions"] == .integer(33))
        }

        @Test("what is wrong with the server or the key is said, with the way out, and the key is shown nowhere")
        func mistakes() async throws {
            let node = try await QdrantNode.start()
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.path, "--vectors"]
            for (url, key, told) in [
                (node.addresses.http, "hunter2", "set QDRANT_API_KEY"),
                (node.addresses.http, "", "set QDRANT_API_KEY"),
                ("http://127.0.0.1:1", "hunter2", "does the server run"),
            ] {
                let (status, output) = try Program.run(
                    ["health"] + place + [url], readsErrors: true, environment: ["QDRANT_API_KEY": key])
                #expect(status == 1)
                #expect(output.contains(told), "\(output)")
                #expect(!output.contains("hunter2"))
            }
            let (status, output) = try Program.run(
                ["stats"] + place + ["ftp://anna:hunter2@a"], readsErrors: true)
            #expect(status == 2 && output.contains("http://host:6333"), "\(output)")
            #expect(!output.contains("hunter2"))
        }

        private func object(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        }
    }
}

import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The mode direct over the servers that a shop has.
    @Suite struct DirectStoresTests {
        private static func event(_ number: Int, product: Int = 2) -> String {
            let id = "0190a000-0000-7000-8000-00000000000\(number)"
            return #"{"user_id":1,"product_id":\#(product),"event_type":"view","user_session":"s","event_id":"\#(id)"}"#
        }

        @Test("a request of which one store has the event and the other has not is a 503 that sending again mends")
        func partialFailure() async throws {
            let (neo4j, qdrant) = (try await Neo4jNode.start(), try await QdrantNode.start())
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--mode", "direct"] + neo4j.flags + qdrant.addresses.flags,
                environment: neo4j.secrets.merging(qdrant.addresses.secrets) { $1 })
            func post(_ body: String) throws -> RawClient.Answer? {
                try RawClient(port: port, timeout: 60).request("POST", "/events", body)
            }
            let first = try post(Self.event(1))
            #expect(first?.status == 200, "\(first?.body ?? "no answer")")
            #expect(try await neo4j.interactions() == 1)
            #expect(try await qdrant.storedIDs().count == 1)
            #expect(try post(Self.event(1, product: 3))?.status == 409)

            try await qdrant.kill()
            let refused = try #require(try post(Self.event(2)))
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "1" || refused.headers["Retry-After"] == "1")
            #expect(refused.object["event_ids"] as? [String] == ["0190a000-0000-7000-8000-000000000002"])
            let detail = refused.object["detail"] as? String ?? ""
            #expect(detail.contains("the graph has stored the event, the vectors have not"), "\(detail)")
            #expect(try await neo4j.interactions() == 2)
            #expect(try RawClient(port: port).request("GET", "/health/ready")?.status == 503)

            try await qdrant.start()
            try await eventually("sending the event again mends it", within: .seconds(90)) {
                try post(Self.event(2))?.status == 200
            }
            #expect(try await neo4j.interactions() == 2, "the second write had no effect")
            #expect(try await Set(qdrant.storedIDs()).count == 2)
            #expect(server.terminate() == 0)
        }
    }
}

import HTTPAPI
import HTTPMessages
import HTTPServer
import PipelineTesting
import Testing

/// Which events of a batch are the same.
extension PostBatchTests {
    @Test("two events of one batch with the same id and other content are a 422 that names both; repeats are none")
    func conflictInABatch() async throws {
        let api = try await TestAPI()
        let (first, other) = (
            TestAPI.event(user: 1, #","event_id":"order-1""#), TestAPI.event(user: 2, #","event_id":"order-1""#)
        )
        let refused = try await api.post("[\(first),\(TestAPI.event()),\(first),\(other)]", to: "/events/batch")
        #expect(refused.status == .unprocessableContent)
        let errors = try #require(refused.object["errors"] as? [[String: Any]])
        #expect(errors.count == 1)
        #expect(errors.first?["type"] as? String == "event_id_conflict")
        #expect((errors.first?["loc"] as? [Any])?[1] as? Int == 3)
        #expect(
            errors.first?["msg"] as? String
                == "Event 3 of the batch has the id of event 0 and other content: user_id 2 (there: 1)")
        #expect(api.broker.published.isEmpty)
        let partial = try await api.post("[\(first),\(other),\(first)]", to: "/events/batch?partial=true")
        #expect(partial.status == .ok)
        #expect(partial.object["count"] as? Int == 2)
        #expect((partial.object["rejected"] as? [[String: Any]])?.map { $0["index"] as? Int } == [1])
        let repeated = try await api.post("[\(first),\(first)]", to: "/events/batch")
        #expect(repeated.object["count"] as? Int == 2)
    }

    @Test("a batch that is posted again with its Idempotency-Key has the same ids")
    func idempotencyKeyOfABatch() async throws {
        let api = try await TestAPI()
        let body = "[\(TestAPI.event()),\(TestAPI.event(user: 1, #","event_id":"own""#)),\(TestAPI.event())]"
        func ids(_ key: String) async throws -> [String] {
            let response = try await api.post(body, to: "/events/batch", headers: ["Idempotency-Key": key])
            return try #require(response.object["event_ids"] as? [String])
        }
        let first = try await ids("import-7")
        #expect(Set(first).count == 3)
        #expect(try await ids("import-7") == first)
        #expect(Set(try await ids("import-8")).intersection(first) == [first[1]])
        let lines = try await api.post(
            TestAPI.event() + "\n\n" + TestAPI.event(), to: "/events/batch",
            headers: ["Content-Type": "application/x-ndjson", "Idempotency-Key": "import-7"])
        #expect((lines.object["event_ids"] as? [String])?.first == first[0])
        for key in ["", "a b", "00000000-0000-0000-0000-000000000000"] {
            let response = try await api.post(body, to: "/events/batch", headers: ["Idempotency-Key": key])
            #expect(response.status == .unprocessableContent)
        }
    }
}

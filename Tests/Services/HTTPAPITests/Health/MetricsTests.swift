import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Stores
import Testing
import Workers

@testable import HTTPAPI

@Suite struct MetricsTests {
    private func lines(_ api: TestAPI) async throws -> [String] {
        let response = try await api.request(.get, "/metrics")
        #expect(response.status == .ok)
        #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        guard case .bytes(let bytes) = response.body else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("queues, consumers, breakers and the spool are reported")
    func queuesConsumersBreakersAndTheSpool() async throws {
        let api = try await TestAPI(
            spool: SpoolStatus(messages: 7, limit: 100, cause: "away"),
            workers: WorkersState(
                pauses: ["events.neo4j": "connection refused"], stalls: ["events.qdrant": .seconds(200)]))
        api.broker.put([Message(body: []), Message(body: [])], into: PipelineTopology.graphQueue)
        let lines = try await lines(api)
        for line in [
            "debias_broker_up 1", #"debias_queue_messages_ready{queue="events.neo4j"} 2"#,
            #"debias_queue_messages_unacknowledged{queue="events.neo4j"} 0"#,
            #"debias_workers_paused{queue="events.neo4j"} 1"#, #"debias_workers_paused{queue="events.qdrant"} 0"#,
            #"debias_worker_stalled_seconds{queue="events.qdrant"} 200"#, "debias_spool_messages 7",
            "debias_spool_limit 100", "process_start_time_seconds 1700000000",
        ] {
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
    }

    @Test("every sample follows its metric's help and type, once each")
    func everySampleFollowsItsMetricsHelp() async throws {
        let api = try await TestAPI(queues: [("events.neo4j", QueueMetrics(system: "neo4j"))])
        _ = try await api.post(TestAPI.event())
        var declared: [(name: String, type: String)] = []
        for line in try await lines(api) {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            switch (words[0], words.dropFirst().first) {
            case ("#", "HELP"): declared.append((words[2], ""))
            case ("#", "TYPE"):
                #expect(words[2] == declared.last?.name)
                declared[declared.count - 1].type = words[3]
            default:
                let metric = try #require(declared.last)
                let endings = metric.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                #expect(endings.map { metric.name + $0 }.contains { $0 == words[0].prefix { $0 != "{" } }, "\(line)")
                #expect(words.count == 2 && Double(words[1]) != nil, "\(line)")
                #expect(metric.type == "counter" ? metric.name.hasSuffix("_total") : true)
            }
        }
        #expect(declared.allSatisfy { ["gauge", "counter", "histogram"].contains($0.type) })
        #expect(declared.count == Set(declared.map(\.name)).count && declared.count >= 20)
    }

    @Test("requests are counted by their route's pattern and status, and what matches none together")
    func requests() async throws {
        let api = try await TestAPI()
        _ = try await api.post(TestAPI.event())
        _ = try await api.post("[]")
        for user in 1...3 { _ = try await api.request(.get, "/users/\(user)/history") }
        for path in ["/nothing", "/users/1/nothing", "/users"] { _ = try await api.request(.get, path) }
        _ = try await api.request("BREW", "/events")
        let lines = try await lines(api)
        for (method, route, status, count) in [
            ("POST", "/events", 200, 1), ("POST", "/events", 400, 1), ("GET", "/users/{id}/history", 200, 3),
            ("_OTHER", "", 404, 3), ("_OTHER", "", 405, 1),
        ] {
            let line =
                "http_server_request_duration_seconds_count{http_request_method=\"\(method)\",http_route=\"\(route)\","
                + "http_response_status_code=\"\(status)\"} \(count)"
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
    }

    @Test("posted events are counted by how publishing them ended, and only confirms have a latency")
    func published() async throws {
        let api = try await TestAPI()
        _ = try await api.post("[\(TestAPI.event()),\(TestAPI.event())]", to: "/events/batch")
        api.broker.answer { _ in .rejected("full") }
        _ = try await api.post(TestAPI.event())
        let lines = try await lines(api)
        #expect(lines.contains(#"debias_events_published_total{outcome="confirmed"} 2"#))
        #expect(lines.contains(#"debias_events_published_total{outcome="rejected"} 1"#))
        #expect(lines.contains("debias_publish_confirm_duration_seconds_count 1"))
        #expect(lines.contains(#"debias_request_events_bucket{le="1"} 1"#))
        #expect(lines.contains(#"debias_request_events_bucket{le="2"} 2"#))
    }

    @Test("the process tells its memory, processor time and descriptors")
    func process() async throws {
        let lines = try await lines(TestAPI())
        for name in [
            "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
        ] {
            let value = lines.first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last.flatMap { Double($0) }
            #expect(value ?? 0 > 0, "\(name)")
        }
    }

    @Test("requests that are refused for their token are counted, by whether they have one")
    func refusedTokensAreCounted() async throws {
        let api = try await TestAPI(administration: .init(tokens: ["secret"]))
        for authorization in ["Bearer secret", "Bearer wrong", "Basic c2VjcmV0", "bearer"] {
            _ = try await api.request(.get, "/dlq/watch", headers: ["Authorization": authorization])
        }
        _ = try await api.request(.get, "/dlq/watch")
        let lines = try await lines(api)
        #expect(lines.contains(#"debias_http_unauthorized_total{token="unknown"} 3"#), "\(lines)")
        #expect(lines.contains(#"debias_http_unauthorized_total{token="missing"} 1"#))
    }

    @Test("a broker that is away counts as 0, and its queues are left out")
    func brokerThatIsAwayIs0() async throws {
        let api = try await TestAPI()
        api.broker.failStatus(with: MessagingError(.unavailable, "connection refused"))
        let lines = try await lines(api)
        #expect(lines.contains("debias_broker_up 0"))
        #expect(!lines.contains { $0.contains("debias_queue_messages") })
    }

    @Test("what consumers hold is left out where the broker does not tell, and nothing is named the sum")
    func untoldCounts() async throws {
        let api = try await TestAPI()
        api.broker.put([Message(body: [])], into: PipelineTopology.graphQueue)
        api.broker.tellUnacknowledged(nil)
        let lines = try await lines(api)
        #expect(lines.contains(#"debias_queue_messages_ready{queue="events.neo4j"} 1"#))
        #expect(!lines.contains { $0.contains("unacknowledged") || $0.hasPrefix("debias_queue_messages{") })
        let response = try await api.request(.get, "/rabbitmq/health")
        let queues = response.object["queues"] as? [String: [String: Int]]
        #expect(queues?["events.neo4j"] == ["messages_ready": 1, "consumers": 1])
        api.broker.tellUnacknowledged(4)
        let told = try await api.request(.get, "/rabbitmq/health").object["queues"] as? [String: [String: Int]]
        #expect(
            told?["events.neo4j"]
                == ["messages": 5, "messages_ready": 1, "messages_unacknowledged": 4, "consumers": 1])
    }
}

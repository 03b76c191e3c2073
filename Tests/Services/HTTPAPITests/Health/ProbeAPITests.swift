import HTTPAPI
import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Stores
import Testing
import Workers

@Suite struct ProbeAPITests {
    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let profiles = FakeProfileStore()

    private func request(
        _ path: String, method: HTTPMethod = .get, state: WorkersState = WorkersState(),
        queue: String = PipelineTopology.graphQueue
    ) async throws -> HTTPResponse {
        let api = ProbeAPI(
            Monitoring(
                .worker(queue: queue), broker: broker, graph: graph, profiles: profiles,
                instruments: .init(workers: { state }, queues: [(queue, QueueMetrics(system: "sqlite"))]),
                now: { TestAPI.now }))
        return await api.respond(to: try HTTPRequest(method: method, target: path, headers: [:], body: []))
    }

    @Test("a worker is ready when it may consume its queue and write into its store; the other store does not matter")
    func ready() async throws {
        profiles.fail(with: [StoreError(.unavailable, "away")])
        let ready = try await request("/health/ready")
        #expect(ready.status == .ok && ready.text("status") == "ready")
        #expect(ready.object["checks"] as? [String: String] == ["broker": "ok", "graph": "ok"])
        let other = try await request("/health/ready", queue: PipelineTopology.profileQueue)
        #expect(other.status == .serviceUnavailable)
    }

    @Test("a worker whose broker or store fails is not ready, and tells why")
    func unready() async throws {
        let queue = PipelineTopology.graphQueue
        let paused = try await request("/health/ready", state: WorkersState(pauses: [queue: "connection refused"]))
        #expect(paused.status == .serviceUnavailable)
        #expect((paused.object["checks"] as? [String: String])?["graph"]?.contains("connection refused") == true)
        let interrupted = WorkersState(
            interruptions: [queue: .init(cause: "access refused", duration: .seconds(1))])
        let unfed = try await request("/health/ready", state: interrupted)
        #expect((unfed.object["checks"] as? [String: String])?["broker"] == "access refused")
        broker.failStatus(with: MessagingError(.unavailable, "gone"))
        #expect(try await request("/health/ready").status == .serviceUnavailable)
    }

    @Test("metrics are those of the worker alone, and other paths and methods are refused with what there is")
    func others() async throws {
        let metrics = try await request("/metrics")
        guard case .bytes(let bytes) = metrics.body else { return #expect(Bool(false)) }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("debias_event_age_seconds_count{queue=\"events.neo4j\"} 0"))
        #expect(!text.contains("http_server_request") && !text.contains("debias_events_published_total"))
        #expect(try await request("/health").status == .ok)
        #expect(try await request("/rabbitmq/health").status == .ok)
        let missing = try await request("/events")
        #expect(missing.status == .notFound && missing.text("detail")?.contains("/health/ready") == true)
        #expect(try await request("/metrics", method: .post).headers["Allow"] == "GET, HEAD")
    }
}

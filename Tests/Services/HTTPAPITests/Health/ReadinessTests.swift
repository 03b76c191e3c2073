import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Stores
import Testing
import Workers

@testable import HTTPAPI

@Suite("Readiness") struct ReadinessTests {
    private static let away = MessagingError(.unavailable, "RabbitMQ is away")
    private static let refused = MessagingError(.refused, "403 ACCESS_REFUSED")

    private func ready(_ api: TestAPI) async throws -> (status: HTTPStatus, word: String?, checks: [String: String]) {
        let response = try await api.request(.get, "/health/ready")
        return (response.status, response.text("status"), response.object["checks"] as? [String: String] ?? [:])
    }

    @Test(
        "a broker that is away, or refuses this program, is never ok, and matters when the spool is full",
        arguments: [away, refused])
    func brokerThatCannotBeUsed(_ failure: MessagingError) async throws {
        for (messages, isReady) in [(9, true), (10, false)] {
            let api = try await TestAPI(spool: SpoolStatus(messages: messages, limit: 10, cause: nil))
            api.broker.failPublishing(with: failure)
            let ready = try await ready(api)
            #expect(ready.status == (isReady ? .ok : .serviceUnavailable))
            #expect(ready.word == (isReady ? "degraded" : "unavailable"))
            #expect(ready.checks["broker"] == "\(failure.message); \(messages) events of at most 10 wait in the spool")
        }
        let api = try await TestAPI()
        api.broker.failPublishing(with: failure)
        #expect(try await ready(api).status == .serviceUnavailable)
    }

    @Test("a broker that takes nothing although it answers is not ok")
    func brokerThatTakesNothing() async throws {
        let api = try await TestAPI(spool: SpoolStatus(messages: 3, limit: 10, cause: "no permission to write"))
        let ready = try await ready(api)
        #expect(ready.status == .ok)
        #expect(ready.checks["broker"] == "no permission to write; 3 events of at most 10 wait in the spool")
    }

    @Test(
        "after an event that could not be made durable, the API is not ready before one can",
        arguments: [
            PublishOutcome.returned("312 NO_ROUTE"), .rejected("queue full"), .failed(away), .unknown(away),
        ])
    func lastEvent(_ outcome: PublishOutcome) async throws {
        let api = try await TestAPI(spool: SpoolStatus(messages: 0, limit: 10, cause: nil))
        #expect(try await ready(api).word == "ready")
        api.broker.answer { _ in outcome }
        #expect(try await api.post(TestAPI.event()).status == .serviceUnavailable)
        let failed = try await ready(api)
        #expect(failed.status == .serviceUnavailable)
        #expect(failed.checks["broker"]?.hasPrefix("the last event could not be made durable: ") == true)
        api.broker.answer { _ in .confirmed }
        #expect(try await api.post("[\(TestAPI.event())]", to: "/events/batch").status == .ok)
        #expect(try await ready(api).word == "ready")
    }

    @Test("an event that the broker cannot carry says nothing of the next one")
    func eventThatCannotBeCarried() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in .unencodable("a header is too long") }
        #expect(try await api.post(TestAPI.event()).status == .serviceUnavailable)
        #expect(try await ready(api).status == .ok)
    }

    @Test(
        "a failure is forgotten after half a minute without events, so that an API which gets none can get some again")
    func failureIsForgotten() {
        let record = IntakeRecord()
        let now = ContinuousClock.now
        record.failed("disk full", at: now)
        #expect(record.failure(at: now + .seconds(29)) == "disk full")
        #expect(record.failure(at: now + .seconds(30)) == nil)
        record.failed("disk full", at: now)
        record.succeeded()
        #expect(record.failure(at: now) == nil)
    }

    @Test("a store whose last write failed is not ready, though it can be read")
    func lastWrite() async throws {
        let api = try await TestAPI(workers: WorkersState(pauses: ["events.qdrant": "disk full"]))
        #expect(try await api.request(.get, "/health").status == .ok)
        let response = try await api.request(.get, "/health/ready")
        #expect(response.status == .serviceUnavailable)
        #expect(response.object["paused_workers"] as? [String: String] == ["events.qdrant": "disk full"])
        let checks = response.object["checks"] as? [String: String]
        #expect(checks == ["broker": "ok", "graph": "ok", "vectors": "the last write failed: disk full"])
    }

    @Test(
        "workers that get nothing but errors for two minutes from a broker that takes events are not ready, and counted"
    )
    func interruptedWorkers() async throws {
        func api(_ seconds: Int, spool: SpoolStatus? = nil) async throws -> TestAPI {
            try await TestAPI(
                spool: spool,
                workers: WorkersState(
                    interruptions: ["events.neo4j": .init(cause: "541 INTERNAL_ERROR", duration: .seconds(seconds))]))
        }
        #expect(try await ready(api(119)).status == .ok)
        let interrupted = try await api(121)
        let response = try await ready(interrupted)
        #expect(response.status == .serviceUnavailable)
        #expect(response.checks["workers"] == "events.neo4j is not consumed since 121 s: 541 INTERNAL_ERROR")
        #expect(try await interrupted.request(.get, "/health").status == .ok, "a restart does not mend it")
        guard case .bytes(let bytes) = try await interrupted.request(.get, "/metrics").body else { return }
        let metrics = String(decoding: bytes, as: UTF8.self)
        #expect(metrics.contains("debias_worker_stalled_seconds{queue=\"events.neo4j\"} 121\n"))
        // A broker that is away altogether is no matter of the workers.
        let away = try await api(121, spool: SpoolStatus(messages: 0, limit: 10, cause: "away"))
        #expect(try await ready(away).status == .ok)
    }
}

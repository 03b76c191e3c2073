import Events
import Foundation
import Gzip
import HTTPAPI
import HTTPMessages
import HTTPServer
import HTTPWire
import Intake
import Messaging
import PipelineTesting
import Stores
import Testing
import Workers

/// An API over fakes, and requests to it.
struct TestAPI {
    static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    let broker = FakeBroker()
    let graph = FakeGraphStore()
    let profiles = FakeProfileStore()
    let api: HTTPAPI

    init(
        spool: SpoolStatus? = nil, administration: HTTPAPI.Administration = .init(),
        allowedOrigins: [AllowedOrigin] = [], workers: WorkersState = WorkersState(),
        queues: [(queue: String, metrics: QueueMetrics)] = [], spans: SpanBuffer? = nil, memory: Int = 1 << 20,
        publisher: (any Publisher)? = nil, mode: ModeControl = ModeControl(ModeSwitch(.queue)),
        report: @escaping @Sendable (HTTPAPI.Notice) -> Void = { _ in }
    ) async throws {
        let brokers = try await broker.makePublisher()
        var instruments = Monitoring.Instruments(workers: { workers }, queues: queues)
        instruments.spans = spans
        api = HTTPAPI(
            publisher: publisher ?? brokers, broker: broker, graph: graph, profiles: profiles,
            limits: .init(bodyBytes: 100_000, memory: memory), spool: spool.map { spool in { @Sendable in spool } },
            administration: administration, allowedOrigins: allowedOrigins,
            instruments: instruments, report: report, mode: mode, now: { Self.now })
    }

    func request(
        _ method: HTTPMethod, _ target: String, _ body: String = "", headers: HTTPHeaders = [:],
        from address: String = "127.0.0.1"
    ) async throws -> HTTPResponse {
        await api.respond(
            to: try HTTPRequest(
                method: method, target: target, headers: headers, body: Array(body.utf8),
                remoteAddress: HTTPAddress(host: address, port: 4_711)))
    }

    func post(_ body: String, to target: String = "/events", headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        var headers = headers
        if !headers.contains("Content-Type") { headers["Content-Type"] = "application/json" }
        return try await request(.post, target, body, headers: headers)
    }

    static func event(user: Int = 1, _ more: String = "") -> String {
        #"{"user_id":\#(user),"product_id":2,"event_type":"view","user_session":"s"\#(more)}"#
    }
}

extension HTTPResponse {
    var object: [String: Any] {
        guard case .bytes(let bytes) = body,
            let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { return [:] }
        return object
    }

    func text(_ member: String) -> String? { object[member] as? String }
}

@Suite struct PostEventTests {
    @Test("an event is answered with its id when the broker has confirmed it")
    func eventIsAnsweredWithItsId() async throws {
        let api = try await TestAPI()
        let response = try await api.post(TestAPI.event())
        #expect(response.status == .ok)
        #expect(response.text("status") == "Event queued")
        let published = try #require(api.broker.published.first)
        #expect(published.exchange == "events")
        #expect(published.routingKey == "user.event")
        #expect(published.message.properties.messageID == response.text("event_id"))
        #expect(published.message.properties.type == "view")
        #expect(published.message.properties.contentType == "application/json")
        #expect(published.message.properties.isPersistent)
        #expect(published.message.properties.timestamp == 1_700_000_000)
        let body = try JSONSerialization.jsonObject(with: Data(published.message.body)) as? [String: Any]
        #expect(body?["published_at"] as? String == "2023-11-14T22:13:20Z")
        #expect(body?["event_time"] as? String == "2023-11-14T22:13:20Z", "without one, the time of receipt")
    }

    @Test("the client's event_id is kept")
    func clientsEventIdIsKept() async throws {
        let api = try await TestAPI()
        let id = "0190a000-0000-7000-8000-000000000001"
        let response = try await api.post(TestAPI.event(user: 1, #","event_id":"\#(id)""#))
        #expect(response.text("event_id") == id)
    }

    @Test("two requests with one Idempotency-Key are the same event")
    func twoRequestsWithOneIdempotencyKey() async throws {
        let api = try await TestAPI()
        let first = try await api.post(TestAPI.event(), headers: ["Idempotency-Key": "order-17"])
        let second = try await api.post(TestAPI.event(), headers: ["Idempotency-Key": "order-17"])
        let other = try await api.post(TestAPI.event(), headers: ["Idempotency-Key": "order-18"])
        #expect(first.text("event_id") == second.text("event_id"))
        #expect(first.text("event_id") != other.text("event_id"))
    }

    @Test("the caller's trace continues in the message")
    func callersTraceGoes() async throws {
        let api = try await TestAPI()
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        _ = try await api.post(TestAPI.event(), headers: ["traceparent": parent])
        _ = try await api.post(TestAPI.event(), headers: ["traceparent": "nonsense"])
        let traces = api.broker.published.compactMap { $0.message.properties.headers["traceparent"]?.text }
        #expect(traces[0].hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(traces[0] != parent, "the message has a new span")
        #expect(TraceContext(traces[1]) != nil)
    }

    @Test("all broken rules are reported at once")
    func everyBrokenRuleIsTold() async throws {
        let api = try await TestAPI()
        let response = try await api.post(#"{"user_id":0,"product_id":"x","event_type":"look"}"#)
        #expect(response.status == .unprocessableContent)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        let errors = try #require(response.object["errors"] as? [[String: Any]])
        #expect(
            errors.compactMap { ($0["loc"] as? [String])?.last }.sorted() == [
                "event_type", "product_id", "user_id", "user_session",
            ])
        #expect(errors.allSatisfy { $0["msg"] is String && $0["type"] is String })
        #expect(api.broker.published.isEmpty)
    }

    @Test("a body that is not JSON is a 400")
    func bodyThatIsNoJSON() async throws {
        let api = try await TestAPI()
        let response = try await api.post("{")
        #expect(response.status == .badRequest)
        #expect(response.object["status"] as? Int == 400)
        #expect(response.text("detail")?.isEmpty == false)
    }

    @Test("a form is refused, and the answer names the expected type")
    func formIsRefused() async throws {
        let api = try await TestAPI()
        let response = try await api.post(
            "user_id=1", headers: ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(response.status == .unsupportedMediaType)
        #expect(response.text("detail")?.contains("Content-Type: application/json") == true)
    }

    @Test(
        "content types are read according to HTTP", arguments: ["application/json; charset=utf-8", "Application/JSON"])
    func contentTypesAreReadAsHTTP(
        type: String
    ) async throws {
        let api = try await TestAPI()
        #expect(try await api.post(TestAPI.event(), headers: ["Content-Type": type]).status == .ok)
    }

    @Test("a gzip body is inflated, within the limit")
    func gzipBodyIsInflatedWithin() async throws {
        let api = try await TestAPI()
        func post(_ bytes: [UInt8]) async throws -> HTTPResponse {
            await api.api.respond(
                to: try HTTPRequest(
                    method: .post, target: "/events",
                    headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"], body: bytes))
        }
        let packed = Gzip.compress(Array(TestAPI.event().utf8))
        #expect(try await post(packed).status == .ok)
        #expect(try await post(Array(packed.dropLast(4))).status == .badRequest)
        #expect(try await post(Gzip.compress([UInt8](repeating: 32, count: 100_001))).status == .contentTooLarge)
    }

    @Test("an unknown content encoding is a 415")
    func unknownContentEncodingIsA415() async throws {
        let api = try await TestAPI()
        let response = try await api.post(TestAPI.event(), headers: ["Content-Encoding": "br"])
        #expect(response.status == .unsupportedMediaType)
    }

    @Test(
        "an event that is not confirmed is a 503 that names its id",
        arguments: [
            PublishOutcome.returned("NO_ROUTE"), .rejected("queue full"),
            .failed(MessagingError(.blocked, "disk full")), .unknown(MessagingError(.unavailable, "connection lost")),
        ])
    func eventThatIsNotConfirmed(outcome: PublishOutcome) async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in outcome }
        let response = try await api.post(TestAPI.event())
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers["Retry-After"] != nil)
        #expect((response.object["event_ids"] as? [String])?.count == 1)
    }
}

@Suite struct PostBatchTests {
    @Test("an array is queued in order")
    func arrayIsQueuedInOrder() async throws {
        let api = try await TestAPI()
        let response = try await api.post(
            "[\((1...3).map { TestAPI.event(user: $0) }.joined(separator: ","))]", to: "/events/batch")
        #expect(response.status == .ok)
        #expect(response.text("status") == "Events queued")
        #expect(response.object["count"] as? Int == 3)
        #expect(
            response.object["event_ids"] as? [String]
                == api.broker.published.compactMap { $0.message.properties.messageID })
        #expect(response.object["rejected"] == nil)
    }

    @Test("lines are queued like an array")
    func linesAreQueuedLikeAnArray() async throws {
        let api = try await TestAPI()
        let response = try await api.post(
            TestAPI.event() + "\r\n\n" + TestAPI.event() + "\n", to: "/events/batch",
            headers: ["Content-Type": "application/x-ndjson"])
        #expect(response.object["count"] as? Int == 2)
    }

    @Test("one invalid event fails the batch, and the answer has its index")
    func oneBadEventFailsTheBatch() async throws {
        let api = try await TestAPI()
        let response = try await api.post("[\(TestAPI.event()),{\"user_id\":1},7]", to: "/events/batch")
        #expect(response.status == .unprocessableContent)
        let errors = try #require(response.object["errors"] as? [[String: Any]])
        let indexes = errors.compactMap { ($0["loc"] as? [Any])?[1] as? Int }
        #expect(Set(indexes) == [1, 2])
        #expect(api.broker.published.isEmpty)
    }

    @Test("with partial=true the valid events are queued and the invalid ones reported")
    func withPartialTrueTheGoodEvents() async throws {
        let api = try await TestAPI()
        let response = try await api.post(
            "[\(TestAPI.event()),{\"user_id\":1},\(TestAPI.event())]", to: "/events/batch?partial=true")
        #expect(response.status == .ok)
        #expect(response.object["count"] as? Int == 2)
        let rejected = try #require(response.object["rejected"] as? [[String: Any]])
        #expect(rejected.map { $0["index"] as? Int } == [1])
    }

    @Test(
        "with partial=true an event that a limit refuses fails alone, in an array as in lines",
        arguments: [
            #"{"user_session":"\ud83d"}"#, "{\"user_id\":\(String(repeating: "7", count: 3_000))}",
            String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000),
        ])
    func oddEventFailsAlone(odd: String) async throws {
        let api = try await TestAPI()
        let target = "/events/batch?partial=true"
        let events = [TestAPI.event(), odd, TestAPI.event()]
        let array = try await api.post("[\(events.joined(separator: ","))]", to: target)
        let lines = try await api.post(
            events.joined(separator: "\n"), to: target, headers: ["Content-Type": "application/x-ndjson"])
        for response in [array, lines] {
            #expect(response.status == .ok)
            #expect(response.object["count"] as? Int == 2)
            let rejected = response.object["rejected"] as? [[String: Any]]
            #expect(rejected?.map { $0["index"] as? Int } == [1])
        }
        let whole = try await api.post("[\(events.joined(separator: ","))]", to: "/events/batch")
        #expect(whole.status == .unprocessableContent, "without partial, the batch fails and names the event")
    }

    @Test("a partial batch without any valid event is a 422")
    func partialBatchWithoutAnyGoodEvent() async throws {
        let api = try await TestAPI()
        #expect(
            try await api.post("[{}]", to: "/events/batch?partial=true").status == .unprocessableContent)
    }

    @Test("an empty batch is answered with an empty list", arguments: ["[]", ""])
    func batchWithoutEventsIsAnswered(
        body: String
    ) async throws {
        let api = try await TestAPI()
        let type = body.isEmpty ? "application/x-ndjson" : "application/json"
        let response = try await api.post(body, to: "/events/batch", headers: ["Content-Type": type])
        #expect(response.status == .ok)
        #expect(response.object["count"] as? Int == 0)
    }

    @Test("more than 10,000 events are refused")
    func moreThan10000Events() async throws {
        let api = try await TestAPI()
        let response = try await api.post(
            "[" + Array(repeating: "1", count: 10_001).joined(separator: ",") + "]", to: "/events/batch")
        #expect(response.status == .contentTooLarge)
    }

    @Test("a batch that is not confirmed as a whole names every id")
    func batchThatIsNotConfirmed() async throws {
        let api = try await TestAPI()
        let first = EventID(high: 1, low: 1)
        api.broker.answer { $0.message.properties.messageID == "\(first)" ? .confirmed : .rejected("full") }
        let response = try await api.post(
            "[\(TestAPI.event(user: 1, #","event_id":"\#(first)""#)),\(TestAPI.event())]", to: "/events/batch")
        #expect(response.status == .serviceUnavailable)
        #expect((response.object["event_ids"] as? [String])?.count == 2)
    }

    @Test("partial takes true and false only")
    func partialTakesTrueAndFalse() async throws {
        let api = try await TestAPI()
        #expect(try await api.post("[]", to: "/events/batch?partial=maybe").status == .unprocessableContent)
    }
}

@Suite struct ReadingTests {
    private func event(_ number: Int, type: EventType = .view) -> Event {
        Event(
            id: EventID(high: 7, low: UInt64(number)), userID: 1, productID: Int64(number), type: type, session: "s",
            time: Timestamp(microseconds: Int64(number / 2) * 1_000_000))
    }

    @Test("a history is paged to its end without gaps")
    func historyIsPagedToItsEnd() async throws {
        let api = try await TestAPI()
        _ = try await api.graph.apply(InteractionBatch((1...25).map { event($0) }))
        var products: [Int] = []
        var target = "/users/1/history?limit=10"
        while true {
            let page = try await api.request(.get, target).object
            products += try #require(page["events"] as? [[String: Any]]).compactMap { $0["product_id"] as? Int }
            guard let next = page["next"] as? String else { break }
            target = "/users/1/history?limit=10&after=\(next)"
        }
        #expect(products == (1...25).reversed().map { $0 })
    }

    @Test("a history is filtered by type")
    func historyIsFilteredByType() async throws {
        let api = try await TestAPI()
        _ = try await api.graph.apply(InteractionBatch([event(1), event(2, type: .cart), event(3)]))
        let page = try await api.request(.get, "/users/1/history?type=cart").object
        #expect((page["events"] as? [[String: Any]])?.count == 1)
    }

    @Test("a wrong parameter is a 422", arguments: ["limit=0", "limit=1001", "limit=x", "after=x", "type=look"])
    func wrongParameterIsA422(
        query: String
    ) async throws {
        let api = try await TestAPI()
        let response = try await api.request(.get, "/users/1/history?\(query)")
        #expect(response.status == .unprocessableContent)
    }

    @Test("an impossible user id is a 422", arguments: ["0", "-1", "x", "9223372036854775808", ""])
    func userIdThatCannot(
        id: String
    ) async throws {
        let api = try await TestAPI()
        #expect(try await api.request(.get, "/users/\(id)/history").status == .unprocessableContent)
        for path in ["profile", "similar-users", "products"] {
            #expect(try await api.request(.get, "/users/\(id)/\(path)").status == .unprocessableContent)
        }
    }

    @Test("a user without events has an empty history and no profile")
    func userWithoutEventsHasAnEmpty() async throws {
        let api = try await TestAPI()
        let history = try await api.request(.get, "/users/5/history")
        #expect(history.status == .ok)
        #expect((history.object["events"] as? [Any])?.isEmpty == true)
        for path in ["profile", "similar-users", "products"] {
            #expect(try await api.request(.get, "/users/5/\(path)").status == .notFound)
        }
    }

    @Test("a store that is away is a 503")
    func storeThatIsAway() async throws {
        let api = try await TestAPI()
        api.graph.fail(with: [StoreError(.unavailable, "away")])
        #expect(try await api.request(.get, "/users/1/history").status == .serviceUnavailable)
        for path in ["profile", "similar-users", "products"] {
            api.profiles.fail(with: [StoreError(.unavailable, "away")])
            #expect(try await api.request(.get, "/users/1/\(path)").status == .serviceUnavailable)
        }
    }
}

@Suite struct HealthAndRoutingTests {
    @Test("the queues are reported in the agreed form")
    func queuesAreToldInTheAgreed() async throws {
        let api = try await TestAPI()
        let response = try await api.request(.get, "/rabbitmq/health")
        #expect(response.status == .ok)
        guard case .bytes(let bytes) = response.body else {
            Issue.record("no body")
            return
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"status":"healthy","queues":{"#
                + #""events.neo4j":{"messages":0,"messages_ready":0,"messages_unacknowledged":0,"consumers":1},"#
                + #""events.qdrant":{"messages":0,"messages_ready":0,"messages_unacknowledged":0,"consumers":1},"#
                + #""events.dlq":{"messages":0,"messages_ready":0,"messages_unacknowledged":0}}}"#)
    }

    @Test("a broker that is away is a 503 with the cause")
    func brokerThatIsAway() async throws {
        let api = try await TestAPI()
        api.broker.failStatus(with: MessagingError(.unavailable, "connection refused"))
        let queues = try await api.request(.get, "/rabbitmq/health")
        #expect(queues.status == .serviceUnavailable)
        #expect(queues.text("status") == "unhealthy")
        #expect(queues.text("error") == "connection refused")
        let ready = try await api.request(.get, "/health/ready")
        #expect(ready.status == .serviceUnavailable)
        #expect((ready.object["checks"] as? [String: String])?["broker"] == "connection refused")
        #expect((ready.object["checks"] as? [String: String])?["graph"] == "ok")
    }

    @Test("the process is healthy and ready when its parts are")
    func processIsHealthyAndReady() async throws {
        let api = try await TestAPI()
        #expect(try await api.request(.get, "/health").text("status") == "healthy")
        #expect(try await api.request(.get, "/health/ready").text("status") == "ready")
    }

    @Test("health is not 200 while a worker hangs")
    func healthIsNot200() async throws {
        let api = try await TestAPI(workers: WorkersState(stalls: ["events.neo4j": .seconds(300)]))
        let health = try await api.request(.get, "/health")
        #expect(health.status == .serviceUnavailable)
        #expect(health.text("status") == "unhealthy")
        #expect(
            health.object["stalled_workers"] as? [String: String] == ["events.neo4j": "at one step for 300 s"])
    }

    @Test(
        "an unknown path is a 404",
        arguments: ["/", "/event", "/events/", "/users/1/x", "/users//history/x", "/EVENTS"])
    func unknownPathIsA404(
        path: String
    ) async throws {
        let response = try await TestAPI().request(.get, path)
        #expect(response.status == .notFound)
        #expect(response.headers["Content-Type"] == "application/problem+json")
    }

    @Test("a method that a path does not take is a 405 that lists the allowed methods")
    func methodThatAPath() async throws {
        let api = try await TestAPI()
        let events = try await api.request(.get, "/events")
        #expect(events.status == .methodNotAllowed)
        #expect(events.headers["Allow"] == "POST")
        #expect(try await api.request("BREW", "/health").headers["Allow"] == "GET, HEAD")
    }

    @Test(
        "a refusal by the server itself is a problem document too",
        arguments: [
            HTTPRefusal.Reason.malformedRequest, .headTooLarge(limit: 1), .bodyTooLarge(limit: 1), .requestTimeout,
            .handlerTimeout, .tooManyConnections, .tooManyConnectionsOfAddress, .overloaded, .invalidResponse,
        ])
    func whatTheServerRefusesByItself(reason: HTTPRefusal.Reason) async throws {
        let refusal = HTTPRefusal(reason, detail: "because")
        let response = try await TestAPI().api.respond(to: refusal)
        #expect(response.status == refusal.status)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        #expect(response.text("detail") == "because")
        #expect((response.headers["Retry-After"] != nil) == (response.status == .serviceUnavailable))
    }
}

import HTTPMessages
import HTTPServer
import Intake
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing
import Workers

@testable import HTTPAPI

@Suite struct ModeEndpointTests {
    private static let operating: HTTPHeaders = [
        "Authorization": "Bearer secret", "Content-Type": "application/json",
    ]

    private func api(
        mode: ModeControl? = nil, report: @escaping @Sendable (HTTPAPI.Notice) -> Void = { _ in }
    ) async throws -> TestAPI {
        try await TestAPI(
            administration: .init(tokens: ["secret"]), mode: mode ?? ModeControl(ModeSwitch(.queue)), report: report)
    }

    @Test("the mode that is put holds, and the answer names the one of before", arguments: IntakeMode.allCases)
    func put(mode: IntakeMode) async throws {
        let api = try await api()
        let put = try await api.request(.put, "/mode", #"{"mode":"\#(mode.rawValue)"}"#, headers: Self.operating)
        #expect(put.status == .ok)
        #expect(put.text("mode") == mode.rawValue)
        #expect(put.text("previous") == "queue")
        let get = try await api.request(.get, "/mode", headers: Self.operating)
        #expect(get.text("mode") == mode.rawValue)
    }

    @Test(
        "a body that names no mode is a 422 that lists the modes",
        arguments: ["{}", #"{"mode":"both"}"#, #"{"mode":1}"#])
    func unknownMode(body: String) async throws {
        let api = try await api()
        let answer = try await api.request(.put, "/mode", body, headers: Self.operating)
        #expect(answer.status == .unprocessableContent)
        let error = (answer.object["errors"] as? [[String: Any]])?.first
        #expect(error?["msg"] as? String == "mode is one of direct, parallel, queue")
    }

    @Test("a mode that cannot be made ready is a 503 with the reason, and the old one stays")
    func failure() async throws {
        let modes = ModeSwitch(.direct)
        let control = ModeControl(modes) { (_) async throws(ModeControl.Failure) in
            throw ModeControl.Failure("the broker is away")
        }
        let answer = try await api(mode: control).request(
            .put, "/mode", #"{"mode":"queue"}"#, headers: Self.operating)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.text("detail") == "The mode stays direct: the broker is away")
        #expect(modes.mode == .direct)
    }

    @Test("changing the mode is an operator's action, of which is told; looking is none")
    func audit() async throws {
        let notices = Recorder<HTTPAPI.Notice>()
        let api = try await api { notices.append($0) }
        _ = try await api.request(.get, "/mode", headers: Self.operating)
        _ = try await api.request(.put, "/mode", #"{"mode":"parallel"}"#, headers: Self.operating)
        guard case .action(let action)? = notices.entries.first, notices.count == 1 else {
            Issue.record("\(notices.entries)")
            return
        }
        #expect(action.method == "PUT")
        #expect(action.path == "/mode")
        #expect(action.status == 200)
    }

    @Test("readiness and metrics show the mode; in the mode direct, the broker does not matter")
    func shown() async throws {
        let api = try await api(mode: ModeControl(ModeSwitch(.direct)))
        api.broker.failStatus(with: MessagingError(.unavailable, "away"))
        let ready = try await api.request(.get, "/health/ready")
        #expect(ready.status == .ok)
        #expect(ready.text("mode") == "direct")
        #expect((ready.object["checks"] as? [String: String])?["broker"] == nil)
        let metrics = try await api.request(.get, "/metrics")
        guard case .bytes(let bytes) = metrics.body else {
            Issue.record("no text")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#"debias_mode{mode="direct"} 1"#))
        #expect(text.contains(#"debias_mode{mode="queue"} 0"#))
    }
}

/// What a client is told of events that the API writes itself.
@Suite struct DirectAnswerTests {
    private let conflict = PublishOutcome.conflict("event 1 is stored with other content: product_id 8 (stored: 7)")

    @Test("an event that both stores have is answered as stored")
    func stored() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in .stored }
        #expect(try await api.post(TestAPI.event()).text("status") == "Event stored")
        let batch = try await api.post("[\(TestAPI.event())]", to: "/events/batch")
        #expect(batch.text("status") == "Events stored")
    }

    @Test("an event that one store has not is a 503 with its id and when to send it again")
    func partly() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in
            .failed(MessagingError(.unavailable, "the graph has stored the event, the vectors have not: away"))
        }
        let id = "0190a000-0000-7000-8000-000000000001"
        let answer = try await api.post(TestAPI.event(user: 1, #","event_id":"\#(id)""#))
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.headers["Retry-After"] == "1")
        #expect(answer.object["event_ids"] as? [String] == [id])
        #expect(answer.text("detail")?.contains("the vectors have not") == true)
    }

    @Test("an event that is stored with other content is a 409 with its id")
    func conflicting() async throws {
        let api = try await TestAPI()
        let conflict = conflict
        api.broker.answer { _ in conflict }
        let answer = try await api.post(TestAPI.event())
        #expect(answer.status == .conflict)
        #expect(answer.text("type") == "urn:debias-events:problem:conflict")
        #expect((answer.object["event_ids"] as? [String])?.count == 1)
        #expect(answer.headers["Retry-After"] == nil)
        #expect(try await api.request(.get, "/health/ready").status == .ok, "that is the client's fault alone")
    }

    @Test("of a batch, a conflict names the events that are not taken; with partial=true the others are a 200")
    func batch() async throws {
        let api = try await TestAPI()
        let conflict = conflict
        api.broker.answer {
            String(decoding: $0.message.body, as: UTF8.self).contains(#""user_id":7,"#) ? conflict : .stored
        }
        let events = "[\(TestAPI.event(user: 1)),{},\(TestAPI.event(user: 7)),\(TestAPI.event(user: 1))]"
        let whole = try await api.post(events.replacing("{},", with: ""), to: "/events/batch")
        #expect(whole.status == .conflict)
        #expect((whole.object["event_ids"] as? [String])?.count == 1)
        #expect(whole.text("detail")?.hasSuffix("The other events of the request are durable.") == true)
        let part = try await api.post(events, to: "/events/batch?partial=true")
        #expect(part.status == .ok)
        #expect(part.object["count"] as? Int == 2)
        let rejected = part.object["rejected"] as? [[String: Any]]
        #expect(rejected?.compactMap { $0["index"] as? Int } == [1, 2])
    }

    @Test("an event that a store never takes is a 422")
    func unstorable() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in .unstorable("constraint violated") }
        let answer = try await api.post(TestAPI.event())
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text("type") == "urn:debias-events:problem:unstorable")
    }
}

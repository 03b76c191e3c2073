import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Testing

@Suite struct SpoolTests {
    private static let away = MessagingError(.unavailable, "RabbitMQ is away")

    @Test("the answer to a spooled event says so")
    func eventThatWasSpooledIsAnswered() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in .spooled }
        let response = try await api.post(TestAPI.event())
        #expect(response.status == .ok)
        #expect(response.text("status") == "Event spooled")
        #expect(response.text("event_id") != nil)
    }

    @Test("the answer to a batch with a spooled event says so")
    func batchOfWhichAnyWasSpooled() async throws {
        let api = try await TestAPI()
        api.broker.answer { $0.message.body.contains(UInt8(ascii: "7")) ? .spooled : .confirmed }
        let response = try await api.post(
            "[\(TestAPI.event(user: 7)),\(TestAPI.event(user: 1))]", to: "/events/batch")
        #expect(response.status == .ok)
        #expect(response.text("status") == "Events spooled")
        #expect(response.object["count"] as? Int == 2)
    }

    @Test("a batch that is larger than the spool is a 413 with the limit and the ids")
    func batchLargerThanTheSpool() async throws {
        let api = try await TestAPI()
        api.broker.answer { _ in .failed(MessagingError(.tooMany, "the spool takes at most 1 events (--spool-limit)")) }
        let response = try await api.post("[\(TestAPI.event()),\(TestAPI.event())]", to: "/events/batch")
        #expect(response.status == .contentTooLarge)
        #expect(response.headers["Retry-After"] == nil, "the same batch is never taken")
        #expect(response.text("detail")?.contains("--spool-limit") == true)
        #expect((response.object["event_ids"] as? [String])?.count == 2)
    }

    @Test("the state of the spool is shown beside the queues, also while the broker is away", arguments: [false, true])
    func stateOfTheSpoolStandsBeside(isAway: Bool) async throws {
        let api = try await TestAPI(spool: SpoolStatus(messages: 3, limit: 10, cause: isAway ? "away" : nil))
        if isAway { api.broker.failStatus(with: Self.away) }
        let response = try await api.request(.get, "/rabbitmq/health")
        #expect(response.status == (isAway ? .serviceUnavailable : .ok))
        let spool = try #require(response.object["spool"] as? [String: Any])
        #expect(spool["messages"] as? Int == 3)
        #expect(spool["limit"] as? Int == 10)
        #expect(spool["in_use"] as? Bool == isAway)
    }
}

import Events
import Testing

@Suite("The event in a message")
struct EventDecoderMessageTests {
    private let uuid = "01890c24-905b-7122-b170-b60814e6ee06"
    private let earlier = Timestamp(microseconds: 1_569_888_000_000_000)

    private func decode(
        _ event: PostedEvent, messageID: String? = nil, timestamp: Timestamp? = nil
    ) throws(EventRejection) -> Event {
        try EventDecoder().decode(
            message: event.body, messageID: messageID, timestamp: timestamp, receivedAt: receipt)
    }

    @Test("has the id in its body, else that of the message")
    func id() throws {
        let body = PostedEvent.with("event_id", "\"\(uuid)\"")
        #expect(try decode(body, messageID: "00000000-0000-0000-0000-000000000000").id.description == uuid)
        #expect(try decode(PostedEvent(), messageID: uuid).id.description == uuid)
    }

    @Test("has an id derived from its body if neither has one", arguments: [nil, "", "17", "not-a-uuid"])
    func derivedID(messageID: String?) throws {
        let id = try decode(PostedEvent(), messageID: messageID).id
        #expect(id == .version5(namespace: .messageNamespace, name: PostedEvent().body))
        #expect(try decode(PostedEvent(), messageID: messageID).id == id)
        #expect(try decode(.with("user_id", "2"), messageID: messageID).id != id)
    }

    @Test("has the time in its body, else that of publication, else that of the message, else that of receipt")
    func time() throws {
        let text = "\"2019-10-01T00:00:00Z\""
        var event = PostedEvent.with("published_at", text)
        #expect(try decode(event, timestamp: receipt).time == earlier)
        #expect(try decode(PostedEvent(), timestamp: earlier).time == earlier)
        #expect(try decode(PostedEvent()).time == receipt)
        event.members.append(("event_time", "\"2020-01-01T00:00:00Z\""))
        #expect(try decode(event, timestamp: receipt).time.description == "2020-01-01T00:00:00Z")
    }

    @Test("skips substitutes for its time that cannot be true")
    func impossibleTimes() throws {
        for value in ["5", "\"soon\"", "\"9000-01-01T00:00:00Z\"", "null", "{}"] {
            #expect(try decode(.with("published_at", value), timestamp: earlier).time == earlier, "\(value)")
        }
        #expect(try decode(PostedEvent(), timestamp: Timestamp(microseconds: .max)).time == receipt)
    }

    @Test("may be an hour further ahead than a posted event, for clocks that differ")
    func tolerance() throws {
        #expect(throws: Never.self) { try decode(.with("event_time", "\"2024-05-02T13:00:00Z\"")) }
        #expect(throws: EventRejection.self) { try decode(.with("event_time", "\"2024-05-02T13:00:00.1Z\"")) }
    }

    @Test("obeys the rules of a posted event")
    func rules() {
        #expect(
            throws: EventRejection.invalid([
                ValidationIssue(
                    loc: [.field("body"), .field("event_id")],
                    msg: "Input should be a valid UUID of the form 8-4-4-4-12", type: .uuidParsing),
                ValidationIssue(loc: [.field("body"), .field("user_id")], msg: "Field required", type: .missing),
            ])
        ) {
            var event = PostedEvent.with("user_id", nil)
            event.members.append(("event_id", "\"1\""))
            _ = try decode(event, messageID: uuid)
        }
        #expect(throws: EventRejection.malformed("expected a JSON object at byte 0")) {
            try EventDecoder().decode(message: [0x5b, 0x5d], messageID: uuid, timestamp: nil, receivedAt: receipt)
        }
    }
}

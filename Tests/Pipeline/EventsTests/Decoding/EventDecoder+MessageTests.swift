import Events
import Testing

@Suite("The event in a message")
struct EventDecoderMessageTests {
    private let uuid = "01890c24-905b-7122-b170-b60814e6ee06"
    private let earlier = Timestamp(microseconds: 1_569_888_000_000_000)

    private func decode(
        _ event: PostedEvent, messageID: String? = nil, timestamp: Int64? = 1_569_888_000
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

    @Test("is refused where its message names the nil UUID")
    func nilUUID() {
        let issues = #expect(throws: EventRejection.self) {
            try decode(PostedEvent(), messageID: "00000000-0000-0000-0000-000000000000")
        }
        #expect(issues?.description.contains("message.message_id: The nil UUID names no event") == true)
    }

    @Test("has the time in its body, else that of the message, else that of publication, else that inside its id")
    func time() throws {
        let text = "\"2019-10-01T00:00:00Z\""
        var event = PostedEvent.with("published_at", text)
        #expect(try decode(event, timestamp: 1_600_000_000).time.microseconds == 1_600_000_000_000_000)
        #expect(try decode(event, timestamp: nil).time == earlier)
        event.members.append(("event_time", "\"2020-01-01T00:00:00Z\""))
        #expect(try decode(event).time.description == "2020-01-01T00:00:00Z")
        // 2023-06-30T18:00:05.979Z
        let inside = Timestamp(microseconds: 0x0189_0c24_905b * 1_000)
        #expect(try decode(PostedEvent(), messageID: uuid, timestamp: nil).time == inside)
        #expect(try decode(.with("event_id", "\"{\(uuid)}\""), timestamp: nil).time == inside)
        // The example of ULID's specification, 2016-07-30T23:54:10.259Z.
        let ulid = Timestamp(microseconds: 1_469_922_850_259_000)
        for text in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav"] {
            #expect(try decode(.with("event_id", "\"\(text)\""), timestamp: nil).time == ulid)
            #expect(try decode(PostedEvent(), messageID: text, timestamp: nil).time == ulid)
        }
        #expect(throws: EventRejection.self) {
            try decode(PostedEvent(), messageID: "01ARZ3NDEKTSV4RRFFQ69G5FAU", timestamp: nil)
        }
    }

    @Test("has the same time whenever it is read")
    func timeOfReading() throws {
        let later = Timestamp(microseconds: receipt.microseconds + 86_400_000_000)
        func time(_ receivedAt: Timestamp) throws -> Timestamp {
            try EventDecoder().decode(
                message: PostedEvent().body, messageID: nil, timestamp: 1_700_000_000, receivedAt: receivedAt
            ).time
        }
        #expect(try time(receipt) == time(later))
    }

    @Test(
        "without any time is invalid, and the issue says what to set",
        arguments: [
            (nil, "a-1"), (0, nil), (5, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), (-1, nil), (Int64.min, nil), (Int64.max, nil),
            (20_191_001, nil), (nil, "01234567-89ab-4def-9edc-ba9876543210"),
            (nil, "00000000-0000-7000-8000-000000000001"),
        ] as [(Int64?, String?)])
    func noTime(timestamp: Int64?, messageID: String?) {
        let error = #expect(throws: EventRejection.self) {
            try decode(PostedEvent(), messageID: messageID, timestamp: timestamp)
        }
        guard case .invalid(let issues) = error else {
            Issue.record("not invalid: \(String(describing: error))")
            return
        }
        #expect(issues.map(\.type) == [.missing])
        #expect(issues.first?.msg.contains("set event_time, or the message's property timestamp") == true)
        if let timestamp { #expect(issues.first?.msg.contains("this message's is \(timestamp)") == true) }
    }

    @Test(
        "has the time of a timestamp in seconds, milliseconds, microseconds or nanoseconds",
        arguments: [
            (1_569_888_000, 1_569_888_000_000_000), (1_569_888_000_123, 1_569_888_000_123_000),
            (1_569_888_000_123_456, 1_569_888_000_123_456), (1_569_888_000_123_456_789, 1_569_888_000_123_456),
            (946_684_800, 946_684_800_000_000), (946_684_800_000, 946_684_800_000_000),
        ] as [(Int64, Int64)])
    func timestampUnits(timestamp: Int64, microseconds: Int64) throws {
        #expect(try decode(PostedEvent(), timestamp: timestamp).time.microseconds == microseconds)
    }

    @Test("skips substitutes for its time that cannot be true")
    func impossibleTimes() throws {
        for value in ["5", "\"soon\"", "\"9000-01-01T00:00:00Z\"", "null", "{}"] {
            #expect(throws: EventRejection.self) { try decode(.with("published_at", value), timestamp: nil) }
        }
        let event = PostedEvent.with("published_at", "\"2019-10-01T00:00:00Z\"")
        #expect(try decode(event, timestamp: .max).time == earlier)
    }

    @Test("has a time of its own unless the message's or the moment of publication stands for it")
    func defaulted() throws {
        let time = "\"2024-05-01T12:00:00.123456Z\""
        #expect(try decode(PostedEvent()).defaulted == .eventTime)
        #expect(try decode(.with("event_time", time)).defaulted.isEmpty)
        var event = PostedEvent.with("event_time", time)
        event.members.append(("published_at", "\"2024-05-01T12:00:00.123457Z\""))
        #expect(try decode(event).defaulted.isEmpty)
        event.members.append(("published_at", time))
        #expect(try decode(event).defaulted == .eventTime)
        // As the API publishes it.
        for body in [PostedEvent(), .with("event_time", time)] {
            var posted = try body.decoded()
            let message = posted.encoded(publishedAt: receipt)
            let read = try EventDecoder().decode(
                message: message, messageID: nil, timestamp: nil, receivedAt: receipt)
            posted.receivedAt = receipt
            #expect(read == posted)
        }
    }

    @Test("was received when it was published, else at the time of its message, and its own time stands for neither")
    func receivedAt() throws {
        let event = PostedEvent.with("published_at", "\"2019-10-01T00:00:00.5Z\"")
        #expect(try decode(event).receivedAt == Timestamp(microseconds: earlier.microseconds + 500_000))
        #expect(try decode(.with("event_time", "\"2020-01-01T00:00:00Z\"")).receivedAt == earlier)
        for value in ["\"soon\"", "\"9000-01-01T00:00:00Z\"", "null", "{}"] {
            #expect(try decode(.with("published_at", value)).receivedAt == earlier)
        }
        let untold = try decode(.with("event_time", "\"2020-01-01T00:00:00Z\""), timestamp: nil)
        #expect(untold.receivedAt == nil)
        #expect(untold.receipt == untold.time)
        #expect(try event.decoded().receivedAt == nil, "who posts an event does not say when it was received")
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
                    loc: [.field("body"), .field("event_id")], msg: "Input should be a valid string",
                    type: .stringType),
                ValidationIssue(loc: [.field("body"), .field("user_id")], msg: "Field required", type: .missing),
            ])
        ) {
            var event = PostedEvent.with("user_id", nil)
            event.members.append(("event_id", "1"))
            _ = try decode(event, messageID: uuid)
        }
        #expect(throws: EventRejection.malformed("expected a JSON object at byte 0")) {
            try EventDecoder().decode(message: [0x5b, 0x5d], messageID: uuid, timestamp: nil, receivedAt: receipt)
        }
    }
}

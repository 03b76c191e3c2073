import Events
import JSON
import Testing

@Suite("An event's JSON")
struct EventJSONTests {
    @Test("has the fields in a fixed order and leaves out what is absent")
    func order() {
        var event = Event(
            id: EventID(high: 0, low: 1), userID: 2, productID: 3, type: .removeFromCart, session: "a\"b", time: receipt
        )
        #expect(
            String(decoding: event.encoded(), as: UTF8.self)
                == #"{"event_id":"00000000-0000-0000-0000-000000000001","user_id":2,"product_id":3,"#
                + #""event_type":"remove_from_cart","user_session":"a\"b","event_time":"2024-05-01T12:00:00Z"}"#)
        event.price = 35
        event.quantity = 4
        event.brand = "é"
        event.categoryCode = "a.b"
        event.properties = .object(["b": .null, "a": .number(1)])
        let published = Timestamp(microseconds: receipt.microseconds + 1500)
        #expect(
            String(decoding: event.encoded(publishedAt: published), as: UTF8.self)
                == #"{"event_id":"00000000-0000-0000-0000-000000000001","user_id":2,"product_id":3,"#
                + #""event_type":"remove_from_cart","user_session":"a\"b","event_time":"2024-05-01T12:00:00Z","#
                + #""price":35.0,"quantity":4,"brand":"é","category_code":"a.b","properties":{"a":1.0,"b":null},"#
                + #""published_at":"2024-05-01T12:00:00.0015Z"}"#)
    }

    @Test("is read back as the same event")
    func roundTrips() throws {
        var random = RandomEvents(seed: 10)
        let decoder = EventDecoder()
        for _ in 0..<3000 {
            let event = random.event()
            let published = Bool.random(using: &random.generator) ? receipt : nil
            let text = event.encoded(publishedAt: published)
            let posted = try decoder.decode(text, receivedAt: receipt)
            let message = try decoder.decode(message: text, messageID: nil, timestamp: nil, receivedAt: receipt)
            #expect(posted == event)
            var received = event
            received.receivedAt = published
            #expect(message == received)
            // Strings that are equal in Swift may differ in their code points, hence the comparison of bytes.
            #expect(message.encoded(publishedAt: published) == text)
        }
    }

    @Test("of several events is a batch in both forms")
    func batches() throws {
        var random = RandomEvents(seed: 11)
        let events = (0..<100).map { _ in random.event() }
        var json = JSONWriter()
        json.array { json in
            for event in events { json.value(event) }
        }
        let lines = events.flatMap { $0.encoded() + [UInt8(ascii: "\n")] }
        #expect(try EventDecoder().decodeBatch(array: json.bytes, receivedAt: receipt) == events.map { .success($0) })
        #expect(try EventDecoder().decodeBatch(lines: lines, receivedAt: receipt) == events.map { .success($0) })
    }

    @Test("of an issue is that of FastAPI")
    func issue() {
        let issue = ValidationIssue(
            loc: [.field("body"), .index(3), .field("user_id")], msg: "Field required", type: .missing)
        var json = JSONWriter()
        json.value(issue)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"loc":["body",3,"user_id"],"msg":"Field required","type":"missing"}"#)
        #expect(
            "\(EventRejection.invalid([issue, issue]))"
                == "invalid: body.3.user_id: Field required; body.3.user_id: Field required")
        #expect("\(EventRejection.malformed("no"))" == "malformed: no")
        #expect("\(BatchRejection.tooMany(limit: 5))" == "more than 5 events in one batch")
    }
}

import Events
import JSON
import TestSupport
import Testing

@Suite("The content of an event")
struct EventContentTests {
    private var event: Event {
        Event(
            id: EventID(high: 1, low: 2), userID: 1, productID: 2, type: .view, session: "s", time: receipt, price: 1,
            quantity: 2, brand: "é", categoryCode: "a.b", properties: .object(["a": .integer(1)]))
    }

    private func changed(_ change: (inout Event) -> Void) -> Event {
        var event = event
        change(&event)
        return event
    }

    @Test("differs in each field that differs, and is equal to itself")
    func fields() {
        let changes: [(String, (inout Event) -> Void)] = [
            ("user_id", { $0.userID = 9 }), ("product_id", { $0.productID = 9 }), ("event_type", { $0.type = .cart }),
            ("user_session", { $0.session = "t" }), ("event_time", { $0.time.microseconds += 1 }),
            ("price", { $0.price = nil }), ("quantity", { $0.quantity = 3 }), ("brand", { $0.brand = "e\u{301}" }),
            ("category_code", { $0.categoryCode = nil }),
            ("properties", { $0.properties = .object(["a": .integer(2)]) }),
        ]
        for (name, change) in changes {
            #expect(event.differences(from: changed(change)).names == [name])
            #expect(changed(change).differences(from: event).names == [name])
        }
        let all = changed { event in for (_, change) in changes { change(&event) } }
        #expect(event.differences(from: all) == .all)
        #expect(event.differences(from: all).names == changes.map(\.0))
        #expect(event.differences(from: event).isEmpty)
        #expect(event.differences(from: changed { $0.id = EventID(high: 7, low: 7) }).isEmpty)
    }

    @Test("is not what was filled in on both sides")
    func defaults() {
        let defaulted = changed { $0.defaulted = [.eventTime, .userSession] }
        var other = defaulted
        other.time.microseconds += 5
        other.session = "t"
        #expect(defaulted.differences(from: other).isEmpty)
        other.defaulted = []
        #expect(defaulted.differences(from: other) == [.eventTime, .userSession])
        #expect(other.differences(from: defaulted) == [.eventTime, .userSession])
        #expect(event.differences(from: defaulted).isEmpty, "the same value is no difference")
    }

    @Test("is not a category that was filled in, be it on one side only")
    func filledCategory() {
        let none = changed { $0.categoryCode = nil }
        let filled = changed { $0.defaulted = .categoryCode }
        #expect(none.differences(from: filled).isEmpty)
        #expect(filled.differences(from: none).isEmpty)
        #expect(event.differences(from: filled) == .categoryCode)
        let text = event.difference(in: .categoryCode, from: filled, calledThere: "stored")
        #expect(text == "category_code \"a.b\" (stored: none)")
    }

    @Test("survives the way over the wire and back")
    func roundTrip() throws {
        var random = RandomEvents(seed: 31)
        for _ in 0..<500 {
            let event = random.event()
            let read = try EventDecoder().decode(
                message: event.encoded(publishedAt: receipt), messageID: nil, timestamp: nil, receivedAt: receipt)
            #expect(event.differences(from: read).isEmpty)
        }
    }

    @Test("is described by both values, texts in quotes and short")
    func description() {
        let other = changed { event in
            event.productID = 3
            event.price = nil
            event.brand = String(repeating: "x", count: 50)
            event.properties = nil
            event.time.microseconds += 1
            event.defaulted = .eventTime
        }
        let text = event.difference(in: event.differences(from: other), from: other, calledThere: "stored")
        #expect(
            text
                == "product_id 2 (stored: 3), event_time 2024-05-01T12:00:00Z (stored: none), price 1.0 (stored: none), "
                + "brand \"é\" (stored: \"\(String(repeating: "x", count: 40))...\"), properties")
    }
}

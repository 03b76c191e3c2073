import Events
import Messaging
import Testing

@Suite("Events as messages") struct EventMessageTests {
    @Test("an event travels with its identity, type, time and trace")
    func publication() throws {
        let event = Event(
            id: EventID(high: 0x0190_163d_8694_739b, low: 0xaea5_966c_26f8_ad91), userID: 1, productID: 2,
            type: .removeFromCart, session: "s", time: Timestamp(microseconds: 0))
        let trace = try #require(TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        let publication = EventMessage.publication(
            of: event, publishedAt: Timestamp(microseconds: 1_700_000_000_999_999), trace: trace)
        #expect(publication.exchange == "events")
        #expect(publication.routingKey == "user.event")
        let properties = publication.message.properties
        #expect(
            properties
                == MessageProperties(
                    contentType: "application/json", messageID: "0190163d-8694-739b-aea5-966c26f8ad91",
                    type: "remove_from_cart", timestamp: 1_700_000_000,
                    headers: ["traceparent": .string(trace.description)]))
        #expect(properties.isPersistent)
        let body = String(decoding: publication.message.body, as: UTF8.self)
        #expect(body.contains("published_at"))
    }

    @Test("an event is read from its message as it was published")
    func roundTrip() throws {
        var event = Event(
            id: EventID(high: 1, low: 2), userID: 1, productID: 2, type: .cart, session: "s",
            time: Timestamp(microseconds: 1_700_000_000_123_456), price: 1.5)
        let trace = try #require(TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        let later = Timestamp(microseconds: 1_700_000_001_000_000)
        let message = EventMessage.publication(of: event, publishedAt: later, trace: trace).message
        event.receivedAt = later
        #expect(try EventMessage.event(in: message, receivedAt: later) == event)
        #expect(EventMessage.id(of: message) == event.id)
        // The API gives the time of receipt to an event without its own.
        let other = EventMessage.publication(of: event, publishedAt: event.time, trace: trace).message
        #expect(try EventMessage.event(in: other, receivedAt: later).defaulted == .eventTime)
    }

    @Test("a message of another producer has an id and a time that do not depend on when it is read")
    func otherProducers() throws {
        let body = Array(#"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#.utf8)
        for messageID in [nil, "", "a-1", "{0190163d-8694-739b-aea5-966c26f8ad91}"] as [String?] {
            let message = Message(
                body: body, properties: MessageProperties(messageID: messageID, timestamp: 1_700_000_000_000))
            let events = try [1_700_000_000, 1_800_000_000].map {
                try EventMessage.event(in: message, receivedAt: Timestamp(microseconds: $0 * 1_000_000))
            }
            #expect(events[0] == events[1])
            #expect(events[0].time == Timestamp(microseconds: 1_700_000_000_000_000))
            #expect(EventMessage.id(of: message) == events[0].id)
        }
    }

    @Test("a message without its body, or with an impossible id, stands for no event")
    func noEvent() {
        var message = Message(body: [], properties: MessageProperties(messageID: "a-1"))
        #expect(EventMessage.id(of: message) != nil)
        message.isBodyLeftOut = true
        #expect(EventMessage.id(of: message) == nil)
        let null = MessageProperties(messageID: "00000000-0000-0000-0000-000000000000")
        #expect(EventMessage.id(of: Message(body: [], properties: null)) == nil)
        #expect(EventMessage.id(of: Message(body: Array(#"{"event_id":7}"#.utf8))) == nil)
    }
}

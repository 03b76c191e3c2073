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
}

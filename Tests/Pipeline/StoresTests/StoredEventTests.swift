import Events
import Stores
import Testing

@Suite("A stored event")
struct StoredEventTests {
    @Test("conflicts with an event of other content, in the fields that can be compared")
    func conflict() {
        let event = sample(1, user: 1, product: 2)
        var other = event
        other.productID = 3
        other.price = 1.5
        #expect(StoredEvent(event).conflict(with: event) == nil)
        let conflict = StoredEvent(event).conflict(with: other)
        #expect(conflict?.event == other)
        #expect(
            conflict?.description
                == "event 00000000-0000-0001-0000-000000000001 is stored with other content: product_id 3 (stored: 2), "
                + "price 1.5 (stored: none); an event that was changed needs an event_id of its own")
        #expect(StoredEvent(event, fields: [.price]).differences(from: other) == .price)
        #expect(StoredEvent(event, fields: [.brand]).conflict(with: other) == nil)
    }
}

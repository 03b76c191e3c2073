import Events
import JSON
import TestSupport
import Testing

@Suite struct EventDigestTests {
    private let event = Event(
        id: EventID(high: 1, low: 2), userID: 3, productID: 4, type: .cart, session: "s",
        time: Timestamp(microseconds: 5), price: 1.5, quantity: 6, brand: "b", categoryCode: "c",
        properties: .object(["k": .integer(7)]))

    private static let changes: [@Sendable (inout Event) -> Void] = [
        { $0.id = EventID(high: 1, low: 3) }, { $0.userID = 9 }, { $0.productID = 9 }, { $0.type = .view },
        { $0.session = "t" }, { $0.time = Timestamp(microseconds: 6) }, { $0.price = nil }, { $0.quantity = 7 },
        { $0.brand = "B" }, { $0.categoryCode = nil }, { $0.properties = .object(["k": .integer(8)]) },
        { $0.defaulted = .eventTime }, { $0.defaulted = .userSession },
    ]

    @Test("every field of the content changes the digest", arguments: changes.indices)
    func fields(index: Int) {
        var changed = event
        Self.changes[index](&changed)
        #expect(changed.contentDigest != event.contentDigest)
    }

    @Test("what was filled in, and the time of receipt, do not count")
    func filledIn() {
        var first = event
        first.defaulted = [.eventTime, .userSession, .categoryCode]
        var second = first
        second.time = Timestamp(microseconds: 99)
        second.session = "cut otherwise"
        second.categoryCode = "another"
        second.receivedAt = Timestamp(microseconds: 7)
        #expect(first.contentDigest == second.contentDigest)
        #expect(first.differences(from: second).isEmpty)
    }

    @Test("two spellings of a character are other content, and two zeros are not")
    func values() {
        var (composed, decomposed) = (event, event)
        composed.brand = "\u{E9}"
        decomposed.brand = "e\u{301}"
        #expect(composed.contentDigest != decomposed.contentDigest)
        var (zero, minusZero) = (event, event)
        zero.price = 0
        minusZero.price = -0.0
        #expect(zero.contentDigest == minusZero.contentDigest)
    }

    @Test("a digest is read back from its bytes, and from no others")
    func bytes() {
        #expect(ContentDigest(bytes: event.contentDigest.bytes) == event.contentDigest)
        #expect(ContentDigest(bytes: Array(event.contentDigest.bytes.dropLast())) == nil)
    }
}

import Events
import PipelineTesting
import Stores
import Testing

@testable import Recommending

@Suite("An index of visits in memory") struct VisitIndexTests {
    @Test("answers as the definitions do, after any number of events", arguments: [1, 2, 3] as [UInt64])
    func reference(seed: UInt64) {
        var shop = RandomShop(seed: seed)
        let events = shop.events(1_200).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        let index = VisitIndex(log: EventLog(events))
        for number in events.indices {
            index.add(number)
            // In between as well, as nothing that is remembered may outlive an event.
            if (number + 1) % 400 == 0 { compare(index, CoViewReference(events[...number])) }
        }
    }

    private func compare(_ index: VisitIndex, _ reference: CoViewReference) {
        for user in 1...RandomShop.users + 1 {
            #expect(index.context(of: user, limit: 4) == reference.context(of: user, limit: 4))
        }
        let products = Array(1...RandomShop.products + 1)
        for includesCategories in [false, true] {
            let query = CoViewQuery(products: products, includesCategories: includesCategories)
            #expect(index.coViews(query) == reference.coViews(query))
        }
        let sessions: Set = ["1-0", "2-1", "3-3", "none"]
        #expect(index.products(touchedIn: sessions) == reference.products(touchedIn: sessions))
        #expect(index.places(of: Set(products)) == reference.places(of: Set(products)))
        for limit in [1, 5, 100] {
            #expect(
                index.mostVisited(excluding: [3, 4, 5], limit: limit)
                    == reference.mostVisited(excluding: [3, 4, 5], limit: limit))
        }
    }

    @Test("counts over no more sessions and interactions than the definitions say")
    func limits() {
        var known: [Event] = []
        func add(_ product: Int64, session: Int, at second: Int64, category: String? = nil) {
            let event = Event(
                id: EventID(high: 1, low: UInt64(known.count)), userID: Int64(session + 1), productID: product,
                type: .view, session: "\(session)", time: Timestamp(microseconds: second * 1_000_000),
                categoryCode: category)
            known.append(event)
        }
        // More sessions than are looked at, and more products of a category.
        for session in 0..<CoViewQuery.sessionLimit + 50 {
            add(1, session: session, at: Int64(session), category: "a")
            add(Int64(1_000 + session), session: session, at: Int64(session), category: "a")
        }
        // A session that touches products 1 and 2 beside each other, later than is looked at, and many products of "a".
        for place in 0..<CoViewQuery.interactionLimit + 10 {
            add(Int64(2_000 + place), session: 9_999, at: Int64(5_000 + place), category: "a")
        }
        add(1, session: 9_999, at: 9_000)
        add(2, session: 9_999, at: 9_001)
        let query = CoViewQuery(products: [1, 2], includesCategories: true)
        let index = VisitIndex(log: EventLog(known))
        for number in known.indices { index.add(number) }
        let answer = index.coViews(query)
        #expect(answer == CoViewReference(known).coViews(query))
        #expect(answer.counts[1]?.count == CoViewQuery.sessionLimit - 1)
        #expect(answer.counts[2] == nil)
        #expect(answer.shelves["a"]?.products.count == CoViewQuery.shelfLimit)
    }
}

import Events
import Stores
import TestSupport
import Testing

@Suite("A batch of interactions")
struct InteractionBatchTests {
    @Test("is the same for every order of its events")
    func order() {
        let events = (0..<40).map { sample($0, user: Int64($0 % 3 + 1), product: Int64($0 % 7 + 1)) }
        var generator = SeededGenerator(seed: 22)
        let batch = InteractionBatch(events)
        #expect(batch.count == 40)
        for _ in 0..<20 { #expect(InteractionBatch(events.shuffled(using: &generator)) == batch) }
        #expect(batch.events.map(\.userID) == batch.events.map(\.userID).sorted())
    }

    @Test("holds each id once, with the first event that has it")
    func repetition() {
        let first = sample(1, user: 1, product: 1)
        var second = first
        second.userID = 2
        #expect(InteractionBatch([first, second, first]).events == [first])
        #expect(InteractionBatch([]).isEmpty)
    }

    @Test("sets events aside that have the id of an earlier one and other content, and drops those with the same")
    func rivals() {
        let (first, other) = (sample(1, user: 1, product: 1), sample(2, user: 1, product: 1))
        var second = first
        second.price = 2
        var third = first
        third.price = 3
        let batch = InteractionBatch([first, second, other, first, third, second])
        #expect(batch.events == [first, other])
        #expect(batch.rivals == [second, third, second])
        #expect(batch.count == 5)
        #expect(InteractionBatch([first, first, other, other]).rivals.isEmpty)
    }

    @Test("leaves out what was received when its user was erased or before, and lets the rivals of that take its place")
    func erased() {
        let (first, other) = (sample(1, user: 1, product: 1), sample(2, user: 2, product: 1))
        var later = sample(3, user: 1, product: 1)
        later.receivedAt = Timestamp(microseconds: first.time.microseconds + 1)
        var heir = first
        heir.userID = 2
        let whole = InteractionBatch([first, other, later, heir])
        #expect(whole.users == [1, 2])
        var batch = whole
        #expect(batch.removeErased([:]) == 0)
        #expect(batch.removeErased([1: Timestamp(microseconds: first.time.microseconds - 1), 3: first.time]) == 0)
        #expect(batch == whole)
        #expect(batch.removeErased([1: first.time]) == 1)
        #expect(batch == InteractionBatch([other, later, heir]))
        #expect(batch.removeErased([1: later.receipt, 2: first.time]) == 3)
        #expect(batch.isEmpty)
    }
}

@Suite("A place in a history")
struct HistoryCursorTests {
    @Test("is read from the text that it writes", arguments: [Int64.min, -1, 0, 1_767_225_600_000_001, .max])
    func roundTrip(microseconds: Int64) {
        let cursor = HistoryCursor(time: Timestamp(microseconds: microseconds), id: sample(9, user: 1, product: 1).id)
        #expect(HistoryCursor(cursor.description) == cursor)
    }

    @Test(
        "is not read from any other text",
        arguments: [
            "", ".", "1", "1.", "1.x", "+1.00000000-0000-0001-0000-000000000001",
            "01.00000000-0000-0001-0000-000000000001", "1.00000000-0000-0001-0000-00000000000A",
            "9223372036854775808.00000000-0000-0001-0000-000000000001", "1.00000000-0000-0001-0000-000000000001 ",
        ])
    func refused(text: String) {
        #expect(HistoryCursor(text) == nil)
    }

    @Test("exists only if one more event than the page's limit was found")
    func lastPage() {
        let events = (0..<3).map { sample($0, user: 1, product: 1) }
        let query = HistoryQuery(userID: 1, limit: 2)
        #expect(HistoryPage(query: query, candidates: Array(events.prefix(2))).next == nil)
        let page = HistoryPage(query: query, candidates: events)
        #expect(page.events == Array(events.prefix(2)))
        #expect(page.next == HistoryCursor(time: events[1].time, id: events[1].id))
    }
}

func sample(_ number: Int, user: Int64, product: Int64, type: EventType = .view, seconds: Int64 = 0) -> Event {
    Event(
        id: EventID(high: 1, low: UInt64(number)), userID: user, productID: product, type: type, session: "s",
        time: Timestamp(microseconds: 1_767_225_600_000_000 + seconds * 1_000_000))
}

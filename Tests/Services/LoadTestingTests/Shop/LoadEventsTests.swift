import Events
import Testing

@testable import LoadTesting

@Suite("The events of a load test") struct LoadEventsTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_123_456)

    private func events(_ count: Int, seed: UInt64 = 1, run: UInt64 = 1, duplicates: Double = 0) -> [(Event, Bool)] {
        var events = LoadEvents(seed: seed, run: run, duplicates: duplicates)
        return (0..<count).map { _ in events.next(at: Self.now) }
    }

    @Test("are all different, valid, and the same when they are read back")
    func ids() throws {
        let events = events(5_000).map(\.0)
        #expect(Set(events.map(\.id)).count == 5_000)
        for event in events.prefix(100) {
            #expect(try EventDecoder().decode(event.encoded(), receivedAt: Self.now) == event)
        }
    }

    @Test("of two runs with one seed are the same but for id and session")
    func runs() {
        let (one, other) = (events(500, run: 1).map(\.0), events(500, run: 2).map(\.0))
        #expect(Set(one.map(\.id)).isDisjoint(with: other.map(\.id)))
        #expect(Set(one.map(\.session)).isDisjoint(with: other.map(\.session)))
        #expect(one.map(\.productID) == other.map(\.productID))
        #expect(one.map(\.userID) == other.map(\.userID))
    }

    @Test("come again as often as is asked for, unchanged and soon")
    func duplicates() {
        let events = events(20_000, duplicates: 0.05)
        let again = events.count { $0.1 }
        #expect((800...1_200).contains(again), "\(again)")
        var known: [EventID: (event: Event, place: Int)] = [:]
        for (place, (event, isRepetition)) in events.enumerated() {
            if isRepetition {
                #expect(known[event.id]?.event == event)
                #expect(place - (known[event.id]?.place ?? .min) <= 2 * LoadEvents.memory)
            } else {
                #expect(known[event.id] == nil)
                known[event.id] = (event, place)
            }
        }
    }

    @Test("that were recorded keep content and time, and what is there twice is sent twice")
    func recorded() {
        var events = LoadEvents(seed: 1, run: 5)
        var recorded = Event(
            id: EventID(high: 1, low: 2), userID: 3, productID: 4, type: .cart, session: "s", time: Self.now, price: 5)
        recorded.defaulted = .userSession
        let first = events.next(for: recorded).event
        #expect(first.id != recorded.id)
        #expect(first.differences(from: recorded).isEmpty)
        #expect(first.defaulted.isEmpty)
        #expect(events.next(for: recorded).event == first)
        var others = LoadEvents(seed: 1, run: 6)
        #expect(others.next(for: recorded).event.id != first.id)
    }
}

import Bytes
package import Events

/// Makes events of a load test: gives ids and times to what visitors do, and sends some events again, as clients do that
/// did not hear an answer.
package struct LoadEvents: Sendable {
    /// How many events back a repetition reaches: close enough that the first one may still be under way.
    static let memory = 1_000

    /// The name of the run, from which ids and sessions follow: two runs send different events, also with one seed.
    private let run: UInt64
    private let duplicates: Double
    private var visits: ShopVisits
    private var choices: SplitMix64
    private var ids: SplitMix64
    private var recent: [Event] = []
    private var oldest = 0

    /// - Parameters:
    ///   - seed: Of who does what.
    ///   - run: Random, another one for each run.
    ///   - duplicates: The share of events that are repetitions, 0 to below 1.
    package init(_ model: ShopModel = ShopModel(), seed: UInt64, run: UInt64, duplicates: Double = 0) {
        self.run = run
        self.duplicates = duplicates
        visits = ShopVisits(model, seed: seed)
        choices = SplitMix64(seed: ~seed)
        ids = SplitMix64(seed: run)
    }

    /// The next event of the shop.
    ///
    /// - Parameter now: The time of the event, and of its id.
    /// - Returns: The event, and whether it was returned before.
    package mutating func next(at now: Timestamp) -> (event: Event, isRepetition: Bool) {
        repetition() ?? (remembered(event(of: visits.next(), at: now)), false)
    }

    /// The next event in place of one that was recorded: the same but for its id, which follows from the run and the
    /// recorded id, so that what a recording holds twice is sent twice here as well.
    package mutating func next(for recorded: Event) -> (event: Event, isRepetition: Bool) {
        if let repetition = repetition() { return repetition }
        var event = recorded
        event.id = .version5(namespace: EventID(high: run, low: ~run), name: recorded.id.bytes)
        event.receivedAt = nil
        event.defaulted = []
        return (remembered(event), false)
    }

    private mutating func repetition() -> (event: Event, isRepetition: Bool)? {
        guard !recent.isEmpty, choices.happens(duplicates) else { return nil }
        return (recent[Int(choices.next(upperBound: UInt64(recent.count)))], true)
    }

    private mutating func event(of action: ShopVisits.Action, at now: Timestamp) -> Event {
        Event(
            id: .version7(at: now, using: &ids), userID: action.userID, productID: action.productID, type: action.type,
            session: "load-\(run)-\(action.visit)", time: now, price: action.price, quantity: action.quantity,
            brand: action.brand, categoryCode: action.categoryCode)
    }

    private mutating func remembered(_ event: Event) -> Event {
        guard duplicates > 0 else { return event }
        if recent.count < Self.memory {
            recent.append(event)
        } else {
            recent[oldest] = event
            oldest = (oldest + 1) % Self.memory
        }
        return event
    }
}

import Events

@testable import Recommending

/// Makes events for tests of evaluations: one each minute, in the order in which they are written.
struct EventScript {
    private(set) var events: [Event] = []

    mutating func add(_ products: [Int64], user: Int64, session: String? = nil, type: EventType = .view) {
        for product in products {
            let number = UInt64(events.count)
            events.append(
                Event(
                    id: EventID(high: 1, low: number), userID: user, productID: product, type: type,
                    session: session ?? "session \(user)",
                    time: Timestamp(microseconds: 1_767_225_600_000_000 + Int64(number) * 60_000_000)))
        }
    }

    var log: EventLog { EventLog(events) }

    /// The events, all counted.
    var visits: Visits {
        var visits = Visits(log: log)
        for number in events.indices {
            visits.note(number)
            visits.count(number)
        }
        return visits
    }
}

extension EventLog {
    /// A sorted log.
    init(_ events: some Sequence<Event>) {
        self.init()
        for event in events { append(event) }
        sort()
    }
}

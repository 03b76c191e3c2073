package import Events
import Stores

/// Events in memory, as much of them as recommendations depend on: 48 bytes each, and each name once.
package struct EventLog: Sendable {
    /// An event, whose names are numbers.
    struct Row: Sendable {
        var id: EventID
        var time: Timestamp
        var user: Int32
        var product: Int32
        var session: Int32
        /// Where the event says that its product stands; -1 for nowhere.
        var place: Int32
        var isTouch: Bool
    }

    private(set) var rows: [Row] = []
    private(set) var users = Numbering<Int64>()
    private(set) var products = Numbering<Int64>()
    private(set) var sessions = Numbering<String>()
    private(set) var places = Numbering<ProductPlace>()

    package init() {}

    /// The number of events.
    package var count: Int { rows.count }

    /// Adds an event, in any order.
    package mutating func append(_ event: Event) {
        let place = event.place.map { places.number(of: $0) } ?? -1
        rows.append(
            Row(
                id: event.id, time: event.time, user: users.number(of: event.userID),
                product: products.number(of: event.productID), session: sessions.number(of: event.session),
                place: place, isTouch: event.isTouch))
    }

    /// Sorts the events into the order of sessions, by time, then by id, and drops those that repeat another's id.
    package mutating func sort() {
        // Of events with one id, stores keep the first that came.
        var known = Set<EventID>(minimumCapacity: rows.count)
        rows.removeAll { !known.insert($0.id).inserted }
        rows.sort { ($0.time, $0.id) < ($1.time, $1.id) }
    }
}

/// Numbers from 0 for values, in the order in which they came.
struct Numbering<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value] = []
    private var numbers: [Value: Int32] = [:]

    mutating func number(of value: Value) -> Int32 {
        if let known = numbers[value] { return known }
        let number = Int32(values.count)
        numbers[value] = number
        values.append(value)
        return number
    }

    /// The value's number; nil if it never came.
    func known(_ value: Value) -> Int? { numbers[value].map(Int.init) }

    subscript(number: Int32) -> Value { values[Int(number)] }
}

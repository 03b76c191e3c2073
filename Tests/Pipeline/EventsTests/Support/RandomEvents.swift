import Events
import JSON
import TestSupport

/// Events and their parts from a seeded generator, with extremes far more often than by chance.
struct RandomEvents {
    private var json: RandomJSON
    var generator: SeededGenerator {
        get { json.generator }
        set { json.generator = newValue }
    }

    init(seed: UInt64) {
        json = RandomJSON(seed: seed)
    }

    mutating func event() -> Event {
        Event(
            id: EventID(high: generator.next(), low: generator.next()), userID: positiveInteger(),
            productID: positiveInteger(), type: EventType.allCases.randomElement(using: &generator) ?? .view,
            session: text(count: 1...256), time: time(), price: optional { $0.json.double().magnitude },
            quantity: optional { $0.positiveInteger() }, brand: optional { $0.text(count: 1...256) },
            categoryCode: optional { $0.text(count: 1...40) },
            properties: optional { .object($0.json.members(depth: 4)) })
    }

    /// A time in the years 1 to 9999, at most 24 hours after ``receipt``.
    mutating func time() -> Timestamp {
        let range = Timestamp.parsable.lowerBound.microseconds...(receipt.microseconds + 86_400_000_000)
        let moment = Int64.random(in: range, using: &generator)
        // Half of the times are whole seconds.
        return Timestamp(microseconds: Bool.random(using: &generator) ? moment : moment / 1_000_000 * 1_000_000)
    }

    mutating func positiveInteger() -> Int64 {
        [1, .max, Int64.random(in: 1...1_000_000, using: &generator), Int64.random(in: 1...(.max), using: &generator)]
            .randomElement(using: &generator) ?? 1
    }

    /// A text that session, brand and category accept.
    private mutating func text(count: ClosedRange<Int>) -> String {
        let count = Bool.random(using: &generator) ? Int.random(in: count, using: &generator) : count.lowerBound
        var text = String.UnicodeScalarView()
        while text.count < count {
            let scalar = json.scalar()
            if scalar.value >= 0x20 { text.append(scalar) }
        }
        return String(text)
    }

    private mutating func optional<Value>(_ make: (inout RandomEvents) -> Value) -> Value? {
        Bool.random(using: &generator) ? make(&self) : nil
    }
}

/// The time of receipt in tests: 2024-05-01T12:00:00Z.
let receipt = Timestamp(microseconds: 1_714_564_800_000_000)

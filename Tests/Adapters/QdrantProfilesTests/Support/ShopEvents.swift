import Events
import TestSupport

/// Events like those of a shop, from a seed; many share a moment.
struct ShopEvents {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func events(_ count: Int, users: Int64 = 4, products: Int64 = 12, seconds: Int64 = 25) -> [Event] {
        (0..<count).map { _ in
            let product = Int64.random(in: 1...products, using: &random)
            return Event(
                id: EventID(high: random.next(), low: random.next()),
                userID: Int64.random(in: 1...users, using: &random),
                productID: product, type: EventType.allCases.randomElement(using: &random) ?? .view, session: "s",
                time: Timestamp(
                    microseconds: 1_767_225_600_000_000 + Int64.random(in: 0...seconds, using: &random) * 1_000_000),
                brand: product.isMultiple(of: 2) ? "b\(product % 3)" : nil)
        }
    }

    /// The events in any order, some of them twice or three times, in batches.
    mutating func batches(_ events: [Event]) -> [[Event]] {
        let repeats = events.flatMap { event in
            Array(repeating: event, count: [1, 1, 2, 3].randomElement(using: &random) ?? 1)
        }
        var rest = repeats.shuffled(using: &random)[...]
        var batches: [[Event]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...60, using: &random)
            batches.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return batches
    }
}

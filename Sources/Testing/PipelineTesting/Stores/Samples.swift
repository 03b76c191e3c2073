import Events
import JSON
import TestSupport

/// Events like those of a shop.
struct Samples {
    /// 2026-01-01T00:00:00Z.
    static let start: Int64 = 1_767_225_600_000_000

    /// After all samples, unless they are asked for otherwise.
    static let later = Timestamp(microseconds: start + 100_000_000)

    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// `count` events of a few users and products, some of them at the same moment, unordered.
    mutating func events(_ count: Int, users: Int64 = 5, products: Int64 = 8) -> [Event] {
        (0..<count).map { _ in
            event(
                user: Int64.random(in: 1...users, using: &random),
                product: Int64.random(in: 1...products, using: &random),
                type: EventType.allCases.randomElement(using: &random) ?? .view,
                seconds: Int64.random(in: 0...40, using: &random))
        }
    }

    /// An event with its own id, `seconds` after the start.
    mutating func event(user: Int64, product: Int64, type: EventType = .view, seconds: Int64 = 0) -> Event {
        Event(
            id: EventID(high: random.next(), low: random.next()), userID: user, productID: product, type: type,
            session: "session-\(user)", time: Timestamp(microseconds: Self.start + seconds * 1_000_000),
            brand: product % 2 == 0 ? "brand-\(product % 3)" : nil,
            categoryCode: product % 3 == 0 ? "appliances.kitchen.kettle" : nil)
    }

    /// `count` events of users who share sessions and products that change their places, many of them at the same moment,
    /// unordered.
    mutating func visits(
        _ count: Int, users: Int64 = 8, sessions: Int = 25, products: Int64 = 30, seconds: Int64 = 60
    ) -> [Event] {
        (0..<count).map { _ in
            var event = event(
                user: Int64.random(in: 1...users, using: &random),
                product: Int64.random(in: 1...products, using: &random),
                type: [.view, .view, .view, .cart, .purchase, .removeFromCart].randomElement(using: &random) ?? .view,
                seconds: Int64.random(in: 0...seconds, using: &random))
            event.session = "session-\(Int.random(in: 1...sessions, using: &random))"
            event.categoryCode = [nil, nil, "", "shoes", "shoes", "hats", "bags.red"].randomElement(using: &random) ?? nil
            event.brand = [nil, "", "acme", "acme", "umbrella"].randomElement(using: &random) ?? nil
            return event
        }
    }

    /// An event with all fields, at the limits of their ranges.
    mutating func fullEvent(user: Int64) throws -> Event {
        var event = event(user: user, product: .max, type: .purchase)
        event.session = String(repeating: "ß", count: 256)
        event.time = Timestamp(microseconds: Self.start + 1)
        event.price = 0.1
        event.quantity = .max
        event.brand = "Zwölf \u{1F1E9}\u{1F1EA} \u{0} 'quoted' \\ \"x\""
        event.categoryCode = "a.b.c"
        event.properties = .object([
            "b": .array([.bool(true), .null, .string("\u{2028}")]), "a": .string(""),
        ])
        return event
    }

    /// The event with other content, once for each field, by the field's name.
    func variants(of event: Event) -> [(name: String, event: Event)] {
        func variant(_ name: String, _ change: (inout Event) -> Void) -> (String, Event) {
            var other = event
            change(&other)
            return (name, other)
        }
        return [
            variant("user_id") { $0.userID += $0.userID == .max ? -1 : 1 },
            variant("product_id") { $0.productID = 17 },
            variant("event_type") { $0.type = $0.type == .view ? .cart : .view },
            variant("user_session") { $0.session = "another" },
            variant("event_time") { $0.time.microseconds += 1 },
            variant("price") { $0.price = ($0.price ?? 0).nextUp },
            variant("quantity") { $0.quantity = $0.quantity == nil ? 1 : nil },
            // One character to Swift, two to those who sent it.
            variant("brand") { $0.brand = ($0.brand ?? "e") + "\u{301}" },
            variant("category_code") { $0.categoryCode = $0.categoryCode == nil ? "a" : nil },
            variant("properties") { $0.properties = $0.properties == nil ? .object([:]) : nil },
        ]
    }

    /// A vector of length one for each of these products.
    mutating func vectors(_ products: [Int64], dimension: Int) -> [Int64: [Float]] {
        var vectors: [Int64: [Float]] = [:]
        for product in products {
            let vector = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors[product] = vector.map { $0 / length }
        }
        return vectors
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        elements.shuffled(using: &random)
    }

    /// The events in batches of 1 to 40, some of them repeated in a later batch.
    mutating func batches(_ events: [Event]) -> [[Event]] {
        var batches: [[Event]] = []
        var rest = events[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &random)
            var batch = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            if let earlier = batches.randomElement(using: &random)?.randomElement(using: &random) {
                batch.append(earlier)
            }
            batches.append(batch)
        }
        return batches
    }
}

import Bytes
import Events

/// Events of a small shop, by chance, but the same for a seed: users with several sessions, products that change their
/// categories, equal times, and products that are taken out of carts.
struct RandomShop {
    static let users: Int64 = 30
    static let products: Int64 = 60

    private var random: SplitMix64
    private var id: UInt64 = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func events(_ count: Int) -> [Event] {
        (0..<count).map { event(at: Int64($0) * 20) }
    }

    private mutating func event(at second: Int64) -> Event {
        id += 1
        let user = Int64.random(in: 1...Self.users, using: &random)
        // The smaller numbers are the more popular, and users prefer a neighbourhood.
        let near = Int64.random(in: 0...12, using: &random) + user
        let product = min(near, Int64.random(in: 1...Self.products, using: &random))
        let category = product % 7 == 0 ? nil : "shelf.\(product % 5 + (Int64.random(in: 0...40, using: &random) / 40))"
        var event = Event(
            id: EventID(high: random.next(), low: id), userID: user, productID: product,
            type: Int.random(in: 0..<12, using: &random) == 0 ? .removeFromCart : .view,
            session: "\(user)-\(second / 6_000)",
            time: Timestamp(
                microseconds: 1_767_225_600_000_000
                    + (second + Int64.random(in: 0...2, using: &random) * 20) * 1_000_000))
        event.categoryCode = category
        if product % 3 > 0 { event.brand = "brand \(product % 3)" }
        return event
    }
}

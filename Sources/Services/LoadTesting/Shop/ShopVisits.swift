import Bytes
package import Events

/// The actions of a shop's visitors, one after the other: the same ones for the same seed, on every machine.
///
/// Visits begin, look at some products of a category that they stick to, put some into the cart, buy some and end.
package struct ShopVisits: Sendable {
    /// One action, without id and time.
    package struct Action: Sendable, Hashable {
        package var userID: Int64
        package var productID: Int64
        package var type: EventType
        /// The number of the visit, from 1.
        package var visit: Int
        package var price: Double
        /// How many pieces; nil for views.
        package var quantity: Int64?
        package var brand: String
        package var categoryCode: String
    }

    private struct Visit {
        var number: Int
        var user: Int64
        /// The rank of the category that the visit sticks to.
        var category: Int
        /// What was done last.
        var last: (product: Int, type: EventType)?
    }

    private let model: ShopModel
    private let users: SkewedChoice
    private let products: SkewedChoice
    private let brands: [String]
    private let categoryCodes: [String]
    private var generator: SplitMix64
    private var visits: [Visit] = []
    private var lastVisit = 0

    /// Visitors from the opening of the shop on.
    package init(_ model: ShopModel = ShopModel(), seed: UInt64) {
        self.model = model
        users = SkewedChoice(count: model.users, exponent: 0.6)
        products = SkewedChoice(count: model.products, exponent: 0.95)
        brands = (1...50).map { "brand\($0)" }
        categoryCodes = (0..<model.categories).map { "department\($0 % 12 + 1).aisle\($0 / 12 + 1)" }
        generator = SplitMix64(seed: seed)
    }

    /// The next action.
    package mutating func next() -> Action {
        if visits.count < max(1, model.visitsAtOnce) { visits.append(begin()) }
        let place = Int(generator.next(upperBound: UInt64(visits.count)))
        var visit = visits[place]
        let action = step(&visit)
        visits[place] = generator.happens(1 / model.touchesPerVisit) ? begin() : visit
        return action
    }

    private mutating func begin() -> Visit {
        lastVisit += 1
        return Visit(
            number: lastVisit, user: ShopModel.userBase + 1 + Int64(users.next(using: &generator)),
            category: products.next(using: &generator) % model.categories)
    }

    private mutating func step(_ visit: inout Visit) -> Action {
        let (product, type) = choice(of: visit)
        visit.last = (product, type)
        return Action(
            userID: visit.user, productID: ShopModel.productBase + 1 + Int64(product), type: type, visit: visit.number,
            price: price(of: product), quantity: type == .view ? nil : 1, brand: brands[product % brands.count],
            categoryCode: categoryCodes[product % model.categories])
    }

    private mutating func choice(of visit: Visit) -> (product: Int, type: EventType) {
        switch visit.last {
        case (let product, .view)? where generator.happens(model.cartChance): (product, .cart)
        case (let product, .cart)?: afterCart(product, visit)
        default: (look(in: visit.category), .view)
        }
    }

    private mutating func afterCart(_ product: Int, _ visit: Visit) -> (product: Int, type: EventType) {
        let share = generator.nextShare()
        if share < model.purchaseChance { return (product, .purchase) }
        if share < model.purchaseChance + model.removalChance { return (product, .removeFromCart) }
        return (look(in: visit.category), .view)
    }

    /// Mostly a product of the category: the one next to a product chosen among all.
    private mutating func look(in category: Int) -> Int {
        let product = products.next(using: &generator)
        guard generator.happens(0.7) else { return product }
        let sibling = product - product % model.categories + category
        return sibling < model.products ? sibling : product
    }

    /// From 1.99 to about 500, the same for a product each time.
    private func price(of product: Int) -> Double {
        var digits = SplitMix64(seed: UInt64(product))
        return Double(199 + digits.next() % 50_000) / 100
    }
}

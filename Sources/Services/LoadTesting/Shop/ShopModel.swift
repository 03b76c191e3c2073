/// The size and habits of the shop whose visitors a load test plays.
package struct ShopModel: Sendable, Hashable {
    /// The first user is one more, so that these users are told from those of a shop, and can be erased.
    package static let userBase: Int64 = 9_000_000_000
    /// The first product is one more.
    package static let productBase: Int64 = 9_000_000_000

    /// How many users come, few of them often; 1 or more.
    package var users = 10_000
    /// How many products there are, few of them seen often; 1 or more.
    package var products = 20_000
    /// How many categories the products are of; 1 or more.
    package var categories = 200
    /// How many visits go on at the same time; 1 or more.
    package var visitsAtOnce = 200
    /// How many products a visit touches on average; above 1.
    package var touchesPerVisit = 6.0
    /// How often a product that was seen is put into the cart.
    package var cartChance = 0.09
    /// How often what was put into the cart is bought with the next step.
    package var purchaseChance = 0.35
    /// How often what was put into the cart is taken out with the next step.
    package var removalChance = 0.12

    /// A middling shop.
    package init() {}
}

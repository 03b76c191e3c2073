import Events
import Testing

@testable import LoadTesting

@Suite("The visitors of a made-up shop") struct ShopVisitsTests {
    private func actions(_ count: Int, seed: UInt64, _ model: ShopModel = ShopModel()) -> [ShopVisits.Action] {
        var visits = ShopVisits(model, seed: seed)
        return (0..<count).map { _ in visits.next() }
    }

    @Test("do the same for the same seed, and something else for another one")
    func seeds() {
        #expect(actions(2_000, seed: 7) == actions(2_000, seed: 7))
        #expect(actions(2_000, seed: 7) != actions(2_000, seed: 8))
    }

    @Test("do the same on every machine: the first actions of a seed never change")
    func constancy() {
        let first = actions(3, seed: 1)
        #expect(first.map(\.visit) == [1, 1, 1])
        #expect(first.map { $0.userID - ShopModel.userBase } == [2_508, 2_508, 2_508])
        #expect(first.map { $0.productID - ShopModel.productBase } == [38, 38, 4_038])
    }

    @Test("look at few products often and at most rarely, and come skewed as well")
    func skew() {
        let actions = actions(50_000, seed: 3)
        let products = Dictionary(grouping: actions, by: \.productID).mapValues(\.count)
        let top = products.values.sorted(by: >).prefix(products.count / 100).reduce(0, +)
        #expect(Double(top) > 0.25 * Double(actions.count), "the most seen hundredth has \(top)")
        #expect(products.count > 5_000)
        let visits = Set(actions.map(\.visit)).count
        let users = Dictionary(grouping: actions, by: \.userID).count
        #expect(users < visits, "some users come again")
    }

    @Test("mostly look, put some into the cart, buy some of that, and take some out")
    func mix() {
        let actions = actions(50_000, seed: 4)
        let share = Dictionary(grouping: actions, by: \.type).mapValues { Double($0.count) / Double(actions.count) }
        #expect((0.80...0.95).contains(share[.view] ?? 0), "\(share)")
        #expect((0.03...0.12).contains(share[.cart] ?? 0), "\(share)")
        #expect((0.01...0.05).contains(share[.purchase] ?? 0), "\(share)")
        #expect((0.001...0.02).contains(share[.removeFromCart] ?? 0), "\(share)")
    }

    @Test("buy and take out what they have put into the cart in the same visit")
    func order() {
        var last: [Int: ShopVisits.Action] = [:]
        for action in actions(20_000, seed: 5) {
            if action.type == .purchase || action.type == .removeFromCart {
                #expect(last[action.visit]?.type == .cart)
                #expect(last[action.visit]?.productID == action.productID)
            }
            if let before = last[action.visit] { #expect(before.userID == action.userID) }
            last[action.visit] = action
        }
    }

    @Test("know one price, brand and category for a product")
    func facts() {
        var known: [Int64: ShopVisits.Action] = [:]
        for action in actions(20_000, seed: 6) {
            guard let before = known.updateValue(action, forKey: action.productID) else { continue }
            #expect(before.price == action.price)
            #expect(before.brand == action.brand)
            #expect(before.categoryCode == action.categoryCode)
        }
    }

    @Test("fit into the smallest shop")
    func smallest() {
        var model = ShopModel()
        (model.users, model.products, model.categories, model.visitsAtOnce) = (1, 1, 1, 1)
        #expect(Set(actions(100, seed: 1, model).map(\.productID)) == [ShopModel.productBase + 1])
    }
}

import Events
import Stores
import TestSupport
import Testing

@Suite("The formula of a profile")
struct ProfileFormulaTests {
    private let formula = ProfileFormula(window: 4, halfLife: 10, recentProducts: 2, dimension: 3)

    /// Products 1, 2 and 3 point along the three axes.
    private func profile(_ events: [Event], _ formula: ProfileFormula? = nil) -> Profile {
        (formula ?? self.formula).profile(
            of: 1, newest: events.map { ProfileFormula.Interaction(of: $0) },
            counts: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +)
        ) { features in (1...3).map { features.productID == Int64($0) ? 1 : 0 } }
    }

    @Test("weighs actions: a purchase five times a view, a cart three times, removing from the cart counts against it")
    func weights() {
        let vector = profile([
            sample(1, user: 1, product: 1), sample(2, user: 1, product: 2, type: .purchase),
            sample(3, user: 1, product: 3, type: .removeFromCart),
        ]).vector
        #expect(vector[1] / vector[0] == 5)
        #expect(vector[2] / vector[0] == -1)
        let cart = profile([sample(1, user: 1, product: 1), sample(2, user: 1, product: 2, type: .cart)]).vector
        #expect(abs(cart[1] / cart[0] - 3) < 1e-6)
    }

    @Test(
        "halves an action's weight with each half-life before the newest",
        arguments: [(10, 0.5), (20, 0.25), (5, 0.70710678)])
    func age(seconds: Int64, factor: Float) {
        let vector = profile([
            sample(1, user: 1, product: 1, seconds: 0), sample(2, user: 1, product: 2, seconds: seconds),
        ])
        .vector
        #expect(abs(vector[0] / vector[1] - factor) < 1e-6)
    }

    @Test("the vector has length one, or is all zero where actions cancel out")
    func length() {
        let vector = profile((0..<4).map { sample($0, user: 1, product: Int64($0 % 3 + 1), seconds: Int64($0)) }).vector
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
        let nothing = profile([
            sample(1, user: 1, product: 1), sample(2, user: 1, product: 1, type: .removeFromCart),
        ])
        #expect(nothing.vector == [0, 0, 0])
        #expect(nothing.interactions == 2)
    }

    @Test("only the newest actions within the window count for the vector, and all for the counts")
    func window() {
        let old = sample(1, user: 1, product: 1, type: .purchase, seconds: 0)
        let new = (2...5).map { sample($0, user: 1, product: 2, seconds: Int64($0)) }
        let profile = profile([old] + new)
        #expect(profile.vector == [0, 1, 0])
        #expect(profile.counts == [.purchase: 1, .view: 4])
        #expect(profile.lastEventTime == new[3].time)
    }

    @Test("names the products of the newest actions, newest first, each once")
    func recentProducts() {
        let events = [1, 2, 2, 3].enumerated().map { index, product in
            sample(index, user: 1, product: Int64(product), seconds: Int64(index))
        }
        #expect(profile(events).recentProducts == [3, 2])
    }

    @Test("comes out the same to the last bit for every order of the events")
    func order() {
        let formula = ProfileFormula(window: 50, halfLife: 100, recentProducts: 5, dimension: 3)
        let types = EventType.allCases
        let events = (0..<80).map {
            sample($0, user: 1, product: Int64($0 % 3 + 1), type: types[$0 % types.count], seconds: Int64($0 * 7 % 31))
        }
        let expected = profile(events, formula)
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<50 { #expect(profile(events.shuffled(using: &generator), formula) == expected) }
    }

    @Test("times as far apart as possible do not trap")
    func extremeTimes() {
        var first = sample(1, user: 1, product: 1)
        first.time = Timestamp(microseconds: .min)
        var last = sample(2, user: 1, product: 2)
        last.time = Timestamp(microseconds: .max)
        #expect(profile([first, last]).vector == [0, 1, 0])
    }
}

@Suite("A stand-in vector")
struct StandInVectorTests {
    @Test("has length one in every dimension", arguments: [1, 2, 7, 8, 9, 64, 65, 384])
    func length(dimension: Int) {
        for product in Int64(1)...50 {
            let vector = StandInVector.make(
                ProductFeatures(productID: product, categoryCode: "a.b", brand: "x"), dimension: dimension)
            #expect(vector.count == dimension)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    /// Computed apart from this program: FNV-1a of each feature begins SplitMix64, whose lowest eight bits are the
    /// signs.
    @Test("is the same in every process and on every machine: the sums of these signs")
    func bits() {
        let sums: [Float] = [-3, -7, -3, -3, 13, 3, -3, -3]
        let length = sums.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let vector = StandInVector.make(
            ProductFeatures(productID: 42, categoryCode: "appliances.kitchen.kettle", brand: "acme"), dimension: 8)
        #expect(vector == sums.map { Float(Double($0) / length) })
    }

    @Test("differs between products, and less within a category and brand")
    func similarity() {
        func make(_ id: Int64, _ category: String?, _ brand: String?) -> [Float] {
            StandInVector.make(ProductFeatures(productID: id, categoryCode: category, brand: brand), dimension: 256)
        }
        func cosine(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        let kettle = make(1, "appliances.kitchen.kettle", "acme")
        #expect(cosine(kettle, make(2, "appliances.kitchen.kettle", "acme")) > 0.7)
        #expect(cosine(kettle, make(2, "appliances.kitchen.oven", "other")) > 0.3)
        #expect(abs(cosine(kettle, make(3, "toys.ball", "other"))) < 0.3)
        #expect(abs(cosine(make(1, nil, nil), make(2, nil, nil))) < 0.3)
    }

    @Test("follows from bytes: two Unicode spellings of one letter are two brands")
    func bytes() {
        let composed = ProductFeatures(productID: 1, brand: "caf\u{e9}")
        let decomposed = ProductFeatures(productID: 1, brand: "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(StandInVector.make(composed, dimension: 64) != StandInVector.make(decomposed, dimension: 64))
    }
}

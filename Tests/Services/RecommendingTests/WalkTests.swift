import Glibc
import Stores
import Testing

@testable import Recommending

@Suite("The co-view walk") struct WalkTests {
    /// Product 1 was touched by five sessions, twice beside product 2 and once two places from product 3.
    private let first = CoViews(
        counts: [1: [2: 2 * 2520, 3: 1260]], sessions: [1: 5, 2: 2, 3: 11],
        places: [1: ProductPlace(category: "kettles", brand: "acme")],
        shelves: [
            "kettles": CategoryShelf(
                products: [
                    CategoryShelf.Product(productID: 4, sessions: 10, brand: "acme"),
                    CategoryShelf.Product(productID: 1, sessions: 5, brand: "acme"),
                    CategoryShelf.Product(productID: 5, sessions: 5, brand: nil),
                ], sessions: 20, sessionsByBrand: ["acme": 15])
        ])
    private let context = [ContextProduct(productID: 1, weight: 1)]

    @Test("a first step shares a product's weight by co-views, and the rest by category and by brand")
    func firstStep() throws {
        var walk = Walk(context: context, debias: 0)
        #expect(walk.firstStep == [1])
        walk.takeFirst(first)
        let found = walk.recommendations(RecommendationQuery(limit: 10), excluding: [])
        // 5 sessions and the prior of 5 share the weight of 1; half of it is the rest.
        let expected: [Int64: Double] = [
            2: 2.0 / 10, 3: 0.5 / 10, 4: 0.5 * 10 / 20 + 0.5 * 10 / 15, 5: 0.5 * 5 / 20,
        ]
        #expect(found.map(\.productID) == [4, 2, 5, 3])
        for recommendation in found { #expect(recommendation.score == expected[recommendation.productID]) }
        #expect(found[0].because.isEmpty && found[0].categoryShare == 1)
        #expect(found[1].because == [.init(productID: 1, share: 1)] && found[1].categoryShare == 0)
    }

    @Test("the second step goes on from the best products of the first, without categories")
    func secondStep() throws {
        var walk = Walk(context: context, debias: 0)
        walk.takeFirst(first)
        #expect(walk.chooseHubs() == [4, 2, 5, 3])
        walk.takeSecond(CoViews(counts: [2: [6: 2520, 1: 2520]], sessions: [2: 2, 6: 1]))
        let found = walk.recommendations(RecommendationQuery(limit: 10), excluding: [])
        let sixth = try #require(found.first { $0.productID == 6 })
        #expect(sixth.score == 0.5 * 0.2 / 7)
        #expect(sixth.because.map(\.productID) == [1])
        #expect(abs(sixth.because[0].share - 1) < 1e-12)
        #expect(!found.contains { $0.productID == 1 }, "the context itself")
    }

    @Test("a product's score is divided by the power of its sessions, before hubs are chosen too")
    func debias() throws {
        var walk = Walk(context: context, debias: 1.5)
        walk.takeFirst(first)
        #expect(walk.chooseHubs() == [2, 4, 5, 3])
        let found = walk.recommendations(RecommendationQuery(limit: 10), excluding: [])
        #expect(found.first?.productID == 2)
        #expect(found.first?.score == 0.2 / pow(7, 1.5))
    }

    @Test("what comes by a hub is explained by what brought the walk there")
    func explanation() throws {
        let two = [ContextProduct(productID: 1, weight: 1), ContextProduct(productID: 9, weight: 0.5)]
        var walk = Walk(context: two, debias: 0)
        var first = first
        first.counts[9] = [4: 2520]
        first.sessions[9] = 5
        walk.takeFirst(first)
        _ = walk.chooseHubs()
        walk.takeSecond(CoViews(counts: [4: [6: 2520], 2: [6: 2520]], sessions: [4: 10, 2: 2, 6: 2]))
        let sixth = try #require(
            walk.recommendations(RecommendationQuery(limit: 10), excluding: []).first { $0.productID == 6 })
        // From 4: 0.05 of product 9 and the shelf's part; from 2: all of product 1.
        let shelf = 0.5 * 10 / 20 + 0.5 * 10 / 15
        let by4 = 0.5 * (0.05 + shelf) / 15
        let by2 = 0.5 * 0.2 / 7
        let total = by4 + by2
        #expect(abs(sixth.score - total) < 1e-15)
        #expect(sixth.because.map(\.productID) == [1, 9])
        #expect(abs(sixth.because[0].share - by2 / total) < 1e-12)
        #expect(abs(sixth.because[1].share - by4 * 0.05 / (0.05 + shelf) / total) < 1e-12)
        #expect(abs(sixth.categoryShare + sixth.because.map(\.share).reduce(0, +) - 1) < 1e-12)
    }

    @Test("a product without weight is not walked from, and not recommended")
    func withoutWeight() {
        let context = [ContextProduct(productID: 1, weight: 1), ContextProduct(productID: 2, weight: 0)]
        var walk = Walk(context: context, debias: 0)
        #expect(walk.firstStep == [1])
        walk.takeFirst(first)
        #expect(!walk.chooseHubs().contains(2))
        #expect(!walk.recommendations(RecommendationQuery(limit: 10), excluding: []).contains { $0.productID == 2 })
    }

    @Test("products of the context count with their own weights if they are asked for")
    func includingContext() throws {
        var walk = Walk(context: context, debias: 0)
        walk.takeFirst(first)
        let found = walk.recommendations(RecommendationQuery(limit: 10, includesSeen: true), excluding: [])
        let own = try #require(found.first)
        #expect(own.productID == 1)
        let shelf = 0.5 * 5 / 20 + 0.5 * 5 / 15
        #expect(own.score == shelf + 1)
        #expect(own.because == [.init(productID: 1, share: 1 / (shelf + 1))])
        #expect(own.categoryShare == shelf / (shelf + 1))
    }

    @Test("of equal scores the smaller id goes first, and what is excluded is left out", arguments: [1, 2, 3, 10])
    func ties(limit: Int) {
        var walk = Walk(context: context, debias: 0)
        walk.takeFirst(
            CoViews(counts: [1: [30: 2520, 7: 2520, 12: 2520, 8: 2520]], sessions: [1: 4, 7: 1, 8: 1, 12: 1, 30: 1]))
        let found = walk.recommendations(RecommendationQuery(limit: limit), excluding: [12])
        #expect(found.map(\.productID) == Array([7, 8, 30].prefix(limit)))
    }

    @Test("no more sessions count than are looked at")
    func manySessions() {
        var walk = Walk(context: context, debias: 0)
        walk.takeFirst(CoViews(counts: [1: [2: 200 * 2520]], sessions: [1: 100_000, 2: 100_000]))
        #expect(
            walk.recommendations(RecommendationQuery(limit: 1), excluding: []).map(\.score) == [200.0 / 205])
    }
}

import TestSupport
import Testing

@testable import Stores

@Suite("Choosing products by relevance and variety")
struct MarginalRelevanceTests {
    private func match(_ id: Int64, _ vector: [Float]) -> ProductMatch {
        ProductMatch(productID: id, score: 0, vector: vector, isStandIn: false)
    }

    /// 40 products around a target, some of them twice under another id.
    private func samples(_ seed: UInt64) -> (target: [Float], products: [ProductMatch]) {
        var random = SeededGenerator(seed: seed)
        func vector() -> [Float] { (0..<16).map { _ in Float.random(in: -1...1, using: &random) } }
        let target = vector()
        var products = (1...30).map { match($0, vector()) }
        products += (31...40).map { match($0, products[Int($0) - 31].vector) }
        return (target, products)
    }

    @Test("computed by hand: of two alike only one comes before what differs")
    func byHand() {
        // Similarities to (1, 0): 1 has 0.8, 2 has 0.8 as well, 3 has 0.6. 1 and 2 are the same, 3 is at 0 to both.
        let products = [match(3, [0.6, 0.8]), match(2, [0.8, -0.6]), match(1, [1.6, -1.2])]
        func choice(_ diversity: Double) -> [Int64] {
            MarginalRelevance.choose(3, of: products, nearestTo: [2, 0], diversity: diversity).map(\.productID)
        }
        #expect(choice(0) == [1, 2, 3])
        // After 1: 2 is worth 0.9 * 0.8 - 0.1 * 1 = 0.62, 3 is worth 0.9 * 0.6 = 0.54.
        #expect(choice(0.1) == [1, 2, 3])
        // After 1: 2 is worth 0.8 * 0.8 - 0.2 * 1 = 0.44, 3 is worth 0.8 * 0.6 = 0.48.
        #expect(choice(0.2) == [1, 3, 2])
        #expect(choice(1) == [1, 3, 2])
        let scores = MarginalRelevance.choose(3, of: products, nearestTo: [2, 0], diversity: 1).map(\.score)
        #expect(zip(scores, [0.8, 0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("without diversity the order is that of similarity, equal ones by id", arguments: 1...5)
    func withoutDiversity(seed: UInt64) {
        let (target, products) = samples(seed)
        let chosen = MarginalRelevance.choose(100, of: products, nearestTo: target, diversity: 0)
        #expect(chosen.count == products.count)
        #expect(chosen == chosen.sorted { $0.precedes($1) })
        let place = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1.productID, $0) })
        for id in Int64(1)...10 { #expect(place[id + 30] == (place[id] ?? 0) + 1) }
    }

    @Test("with variety alone, what was chosen already comes last", arguments: 1...5)
    func varietyAlone(seed: UInt64) {
        let (target, products) = samples(seed)
        let chosen = MarginalRelevance.choose(40, of: products, nearestTo: target, diversity: 1)
        #expect(Set(chosen.suffix(10).map { ($0.productID - 1) % 30 }) == Set(0..<10), "the other of two alike")
        let best = MarginalRelevance.choose(1, of: products, nearestTo: target, diversity: 0)
        #expect(chosen.first == best.first, "the first choice knows no other")
    }

    @Test("the choice does not depend on the order of the candidates, and a shorter one is its beginning")
    func orderOfCandidates() {
        let (target, products) = samples(7)
        var random = SeededGenerator(seed: 8)
        for diversity in [0, 0.3, 0.7, 1] {
            let chosen = MarginalRelevance.choose(40, of: products, nearestTo: target, diversity: diversity)
            for count in [0, 1, 13, 40] {
                let again = MarginalRelevance.choose(
                    count, of: products.shuffled(using: &random), nearestTo: target, diversity: diversity)
                #expect(again == Array(chosen.prefix(count)))
            }
        }
    }

    @Test("vectors that are all zero are similar to nothing")
    func zeros() {
        let products = [match(2, [0, 0]), match(1, [0, 0]), match(3, [1, 0])]
        let chosen = MarginalRelevance.choose(3, of: products, nearestTo: [1, 0], diversity: 0.5)
        #expect(chosen.map(\.productID) == [3, 1, 2])
        #expect(chosen.map(\.score) == [1, 0, 0])
    }
}

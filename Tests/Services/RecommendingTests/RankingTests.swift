import Glibc
import TestSupport
import Testing

@testable import Recommending

@Suite("The ranking of products") struct RankingTests {
    @Test("the best are those by all numbers of sessions, though few are asked for", arguments: [0, 0.25, 0.75, 1.5])
    func pruning(debias: Double) {
        var random = SeededGenerator(seed: 11)
        for round in 0..<20 {
            var ranking = Ranking(debias: debias)
            var sessions: [Int64: Int] = [:]
            var totals: [Int64: Double] = [:]
            for product in Int64(1)...1_500 {
                // A few products have most of both, and many the same.
                let count = Int(pow(Double.random(in: 0..<1, using: &random), -0.8))
                let total = Double(Int.random(in: 0...20, using: &random)) * Double(min(count, 40))
                sessions[product] = count
                totals[product] = total
                ranking.add(total / 2, to: product)
                ranking.add(total / 2, to: product, seenIn: .random(in: 1...count, using: &random))
                if product % 50 == 0 { ranking.note(count, of: product) }
            }
            let limit = [1, 10, 20, 100][round % 4]
            var asked = 0
            while true {
                let products = ranking.undecided(limit) { $0 % 7 != 0 }
                if products.isEmpty { break }
                asked += products.count
                ranking.note(sessions, of: products)
            }
            let expected = totals.filter { $0.key % 7 != 0 && $0.value > 0 }
                .map { (product: $0.key, score: $0.value / pow(Double(sessions[$0.key] ?? 0) + 5, debias)) }
                .sorted { ($1.score, $0.product) < ($0.score, $1.product) }.prefix(limit)
            let best = ranking.best(limit) { $0 % 7 != 0 }
            #expect(best.map(\.productID) == expected.map(\.product))
            #expect(best.map(\.score) == expected.map(\.score))
            #expect(asked < 1_400)
            if debias == 0.25, limit <= 20 { #expect(asked < 400) }
        }
    }

    @Test("nothing is asked for where nothing has a score, and nothing twice")
    func questions() {
        var ranking = Ranking(debias: 0.25)
        ranking.note(5, of: 1)
        ranking.add(0, to: 2)
        #expect(ranking.undecided(10) { _ in true }.isEmpty)
        ranking.add(1, to: 2)
        #expect(ranking.undecided(10) { _ in true } == [2])
        #expect(ranking.undecided(10) { $0 != 2 }.isEmpty)
        // No session touched it any more.
        ranking.note([:], of: [2])
        #expect(ranking.undecided(10) { _ in true }.isEmpty)
        #expect(ranking.best(10) { _ in true }.map(\.score) == [1 / pow(5, 0.25)])
    }
}

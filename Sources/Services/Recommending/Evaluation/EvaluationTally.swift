/// The questions of an evaluation.
struct EvaluationCases: Sendable {
    /// What is known of each question's wanted product.
    struct Case: Sendable {
        /// A number for the session, counted from 0 over the sessions of cases.
        var session: Int
        /// 1 / propensity; 0 for a product without training events, about which nothing is known.
        var weight: Double
        var isTail: Bool
    }

    private(set) var cases: [Case] = []
    private var sessions: [Int32: Int] = [:]

    var sessionCount: Int { sessions.count }

    mutating func add(session: Int32, weight: Double, isTail: Bool) {
        let number = sessions[session] ?? sessions.count
        sessions[session] = number
        cases.append(Case(session: number, weight: weight, isTail: isTail))
    }
}

/// The answers of one method to all questions.
struct EvaluationTally: Sendable {
    /// The place of each question's wanted product in the answer, from 1; 0 if it is not there.
    private(set) var places: [UInt8] = []
    /// How often each product was named.
    private(set) var named: [Int64: Int] = [:]

    mutating func add(_ products: [Int64], wanted: Int64) {
        places.append(UInt8(clamping: (products.firstIndex(of: wanted) ?? -1) + 1))
        for product in products { named[product, default: 0] += 1 }
    }

    /// The share of the catalogue that was named.
    func coverage(of catalogue: Int) -> Double {
        catalogue == 0 ? 0 : Double(named.count) / Double(catalogue)
    }

    /// The Gini coefficient of how often the products of the catalogue were named, those included that never were.
    func gini(of catalogue: Int) -> Double {
        let counts = named.values.sorted()
        let total = counts.reduce(0, +)
        guard total > 0, catalogue > 0 else { return 0 }
        // Products that were never named come first, and add nothing.
        let first = max(0, catalogue - counts.count)
        var sum = 0.0
        for (index, count) in counts.enumerated() {
            sum += Double(2 * (first + index + 1) - catalogue - 1) * Double(count)
        }
        return sum / (Double(catalogue) * Double(total))
    }
}

/// Sums over questions from which figures follow.
struct EvaluationSums: Sendable {
    var cases = 0.0
    var hits = 0.0
    var reciprocalRanks = 0.0
    var weights = 0.0
    var weightedHits = 0.0
    var tails = 0.0
    var tailHits = 0.0

    mutating func add(_ wanted: EvaluationCases.Case, place: UInt8) {
        let hit = place > 0 ? 1.0 : 0
        cases += 1
        hits += hit
        reciprocalRanks += place > 0 ? 1 / Double(place) : 0
        weights += wanted.weight
        weightedHits += wanted.weight * hit
        if wanted.isTail {
            tails += 1
            tailHits += hit
        }
    }

    static func += (left: inout EvaluationSums, right: EvaluationSums) {
        left.cases += right.cases
        left.hits += right.hits
        left.reciprocalRanks += right.reciprocalRanks
        left.weights += right.weights
        left.weightedHits += right.weightedHits
        left.tails += right.tails
        left.tailHits += right.tailHits
    }

    var recall: Double { cases > 0 ? hits / cases : 0 }
    var reciprocalRank: Double { cases > 0 ? reciprocalRanks / cases : 0 }
    /// Self-normalised.
    var weightedRecall: Double { weights > 0 ? weightedHits / weights : 0 }
    var tailRecall: Double { tails > 0 ? tailHits / tails : 0 }
}

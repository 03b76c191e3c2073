/// Chooses among the products that are nearest to a profile such that they differ from each other as well (maximal
/// marginal relevance, Carbonell and Goldstein 1998).
///
/// One after the other, the product goes next whose similarity to the profile, less its greatest similarity to one that was
/// chosen before, is greatest; equal ones by similarity to the profile, then by id. All sums are in double precision and
/// in a fixed order: from the same products, every store and machine makes the same list.
package enum MarginalRelevance {
    /// How many of the nearest products to choose from.
    package static let candidates = 200

    /// - Parameters:
    ///   - count: how many are chosen, if there are as many.
    ///   - candidates: each product once, in any order; all vectors as long as `target`.
    ///   - target: what the products are near to.
    ///   - diversity: how much variety counts: from 0, by similarity to the profile alone, to 1, by variety alone, of
    ///     which only the first choice knows nothing.
    ///   - factor: what a product's similarity to `target` is multiplied by before anything else.
    /// - Returns: the chosen products in the order of choice, each with that similarity to `target` as its score.
    package static func choose(
        _ count: Int, of candidates: [ProductMatch], nearestTo target: [Float], diversity: Double,
        factor: (ProductMatch) -> Double = { _ in 1 }
    ) -> [ProductMatch] {
        let target = unit(target)
        var rest = candidates.map { match in
            let vector = unit(match.vector)
            return Candidate(match: match, vector: vector, relevance: product(vector, target) * factor(match))
        }
        var chosen: [ProductMatch] = []
        while chosen.count < count, let best = rest.indices.max(by: { rest[$1].precedes(rest[$0], diversity) }) {
            var last = rest.remove(at: best)
            last.match.score = Float(last.relevance)
            chosen.append(last.match)
            // Of no use without diversity, and most of the work.
            guard diversity > 0 else { continue }
            for index in rest.indices {
                let similarity = product(rest[index].vector, last.vector)
                rest[index].redundancy = max(rest[index].redundancy ?? similarity, similarity)
            }
        }
        return chosen
    }

    private struct Candidate {
        var match: ProductMatch
        let vector: [Double]
        let relevance: Double
        /// The greatest similarity to a chosen one; nil while there is none.
        var redundancy: Double?

        func precedes(_ other: Candidate, _ diversity: Double) -> Bool {
            let (own, others) = (value(diversity), other.value(diversity))
            if own != others { return own > others }
            if relevance != other.relevance { return relevance > other.relevance }
            return match.productID < other.match.productID
        }

        private func value(_ diversity: Double) -> Double {
            (1 - diversity) * relevance - diversity * (redundancy ?? 0)
        }
    }

    private static func unit(_ vector: [Float]) -> [Double] {
        let vector = vector.map { Double($0) }
        let length = product(vector, vector).squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in 0..<min(left.count, right.count) { sum += left[index] * right[index] }
        return sum
    }
}

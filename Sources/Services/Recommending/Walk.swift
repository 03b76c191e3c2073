import Glibc
package import Stores

/// The debiased co-view walk, which docs/recommendations.md defines: two steps from the products of a context along
/// co-views, the first also along categories and brands. Without a clock, a random number or a store.
///
/// The caller asks the store for the co-views of ``firstStep``, with categories, and gives them to ``takeFirst(_:)``;
/// then for those of what that returns, and gives them to ``takeSecond(_:)``.
///
/// Every sum runs in an order that the definitions give, so that the same events give the same bits wherever they are
/// stored.
package struct Walk: Sendable {
    /// How many sessions' worth of a product's weight goes to its category: λ.
    package static let prior = 5.0
    /// What a product's sessions are raised by before the propensity is taken: κ, which bounds what rare products gain.
    package static let clipping = 5.0
    /// How many products the second step begins at.
    package static let hubLimit = 10
    /// How much of a product's score its second step gets.
    package static let hubShare = 0.5

    private let context: [ContextProduct]
    private let contextIDs: Set<Int64>
    private let debias: Double
    private var scores: [Int64: Double] = [:]
    private var sessions: [Int64: Int] = [:]
    private var first = CoViews()
    private var second = CoViews()
    /// The products of the second step, with their scores of before.
    private var hubs: [(productID: Int64, score: Double)] = []

    /// - Parameters:
    ///   - context: Distinct products, newest first.
    ///   - debias: See ``RecommendationQuery/debias``.
    package init(context: [ContextProduct], debias: Double) {
        self.context = context
        self.debias = debias
        contextIDs = Set(context.map(\.productID))
    }

    /// The products whose co-views and categories the first step needs.
    package var firstStep: [Int64] { context.filter { $0.weight > 0 }.map(\.productID) }

    /// Takes the first step.
    ///
    /// - Returns: The products whose co-views the second step needs; their categories do not count.
    package mutating func takeFirst(_ coViews: CoViews) -> [Int64] {
        first = coViews
        note(coViews.sessions)
        for shelf in coViews.shelves.values {
            for product in shelf.products { sessions[product.productID] = product.sessions }
        }
        for product in context where product.weight > 0 {
            addCoViews(of: product.productID, weight: product.weight, from: coViews)
            forEachShelfShare(of: product) { scores[$0, default: 0] += $1 }
        }
        let candidates = scores.filter { !contextIDs.contains($0.key) }
            .map { (productID: $0.key, score: $0.value, rank: debiased($0.value, $0.key)) }
        hubs = candidates.best(Self.hubLimit) { ($1.rank, $0.productID) < ($0.rank, $1.productID) }
            .map { ($0.productID, $0.score) }
        return hubs.map(\.productID)
    }

    /// Takes the second step.
    package mutating func takeSecond(_ coViews: CoViews) {
        second = coViews
        note(coViews.sessions)
        for hub in hubs { addCoViews(of: hub.productID, weight: Self.hubShare * hub.score, from: coViews) }
    }

    /// The best products, with their explanations.
    ///
    /// - Parameters:
    ///   - excluding: Products that are left out.
    ///   - includesContext: Whether the products of the context count with their own weights, too; without this, they are
    ///     left out.
    ///   - limit: The most recommendations.
    package func recommendations(
        excluding: Set<Int64>, includesContext: Bool, limit: Int
    ) -> [Recommendation] {
        var totals = scores
        if includesContext {
            for product in context { totals[product.productID, default: 0] += product.weight }
        }
        let candidates = totals.compactMap { id, total -> (productID: Int64, total: Double, score: Double)? in
            guard total > 0, !excluding.contains(id), includesContext || !contextIDs.contains(id) else { return nil }
            return (id, total, debiased(total, id))
        }
        let hubParts = hubs.map { firstParts(of: $0.productID) }
        return candidates.best(limit) { ($1.score, $0.productID) < ($0.score, $1.productID) }
            .map {
                explained(
                    $0.productID, total: $0.total, score: $0.score, hubParts: hubParts,
                    includesContext: includesContext)
            }
    }

    // MARK: - Steps

    private mutating func note(_ visits: [Int64: Int]) {
        sessions.merge(visits) { $1 }
    }

    private func visits(_ productID: Int64) -> Int { sessions[productID] ?? 0 }

    /// A score divided by the propensity of its product.
    private func debiased(_ score: Double, _ productID: Int64) -> Double {
        score / pow(Double(visits(productID)) + Self.clipping, debias)
    }

    /// How many sessions a product's co-views are counted over, and the prior beside them.
    private func mass(_ productID: Int64) -> Double {
        Double(min(visits(productID), CoViewQuery.sessionLimit)) + Self.prior
    }

    /// What a step with a weight from a product adds to another by `count` co-views.
    private func share(of count: Int, weight: Double, mass: Double) -> Double {
        weight * (Double(count) / Double(CoViewCounter.unit)) / mass
    }

    private mutating func addCoViews(of productID: Int64, weight: Double, from coViews: CoViews) {
        let mass = mass(productID)
        for (other, count) in coViews.counts[productID] ?? [:] {
            scores[other, default: 0] += share(of: count, weight: weight, mass: mass)
        }
    }

    /// What the category of a product of the context adds to products: first by the category, then by the brand.
    private func forEachShelfShare(of product: ContextProduct, _ add: (Int64, Double) -> Void) {
        guard let place = first.places[product.productID], let shelf = first.shelves[place.category] else { return }
        let rest = product.weight * Self.prior / mass(product.productID)
        for other in shelf.products {
            add(other.productID, rest * Double(other.sessions) / Double(shelf.sessions))
            if let brand = place.brand, other.brand == brand, let all = shelf.sessionsByBrand[brand] {
                add(other.productID, rest * Double(other.sessions) / Double(all))
            }
        }
    }

    // MARK: - Explanations

    /// What a product's score is made of.
    private struct Parts {
        /// By place in the context.
        var products: [Double]
        var category = 0.0

        init(_ count: Int) { products = Array(repeating: 0, count: count) }

        mutating func add(_ other: Parts, times factor: Double) {
            for index in products.indices { products[index] += other.products[index] * factor }
            category += other.category * factor
        }
    }

    /// The parts of a product's score after the first step.
    private func firstParts(of productID: Int64) -> Parts {
        var parts = Parts(context.count)
        for (index, product) in context.enumerated() where product.weight > 0 {
            if let count = first.counts[product.productID]?[productID] {
                parts.products[index] += share(
                    of: count, weight: product.weight, mass: mass(product.productID))
            }
            // What comes by way of a category is not the share of any product.
            forEachShelfShare(of: product) { if $0 == productID { parts.category += $1 } }
        }
        return parts
    }

    private func explained(
        _ productID: Int64, total: Double, score: Double, hubParts: [Parts], includesContext: Bool
    ) -> Recommendation {
        var parts = firstParts(of: productID)
        for (hub, hubParts) in zip(hubs, hubParts) {
            guard let count = second.counts[hub.productID]?[productID] else { continue }
            let added = share(of: count, weight: Self.hubShare * hub.score, mass: mass(hub.productID))
            parts.add(hubParts, times: added / hub.score)
        }
        if includesContext, let index = context.firstIndex(where: { $0.productID == productID }) {
            parts.products[index] += context[index].weight
        }
        let reasons = zip(context, parts.products)
            .filter { $0.1 > 0 }
            .map { Recommendation.Reason(productID: $0.0.productID, share: $0.1 / total) }
        return Recommendation(
            productID: productID, score: score,
            because: reasons.enumerated().sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
                .map(\.element),
            categoryShare: parts.category / total, source: .walk)
    }
}

extension Array {
    /// The first `limit` elements in an order, without sorting the others.
    func best(_ limit: Int, by goesBefore: (Element, Element) -> Bool) -> [Element] {
        guard limit > 0 else { return [] }
        var best: [Element] = []
        for element in self {
            if best.count == limit, !goesBefore(element, best[limit - 1]) { continue }
            let index = best.firstIndex { goesBefore(element, $0) } ?? best.count
            best.insert(element, at: index)
            if best.count > limit { best.removeLast() }
        }
        return best
    }
}

package import Stores

/// The debiased co-view walk, which docs/recommendations.md defines: two steps from the products of a context along
/// co-views, the first also along categories and brands. Without a clock, a random number or a store.
///
/// The caller asks the store for the co-views of ``firstStep``, with categories, and gives them to ``takeFirst(_:)``;
/// then for those of ``chooseHubs()``, and gives them to ``takeSecond(_:)``. Before each choice, the numbers of sessions
/// that it depends on are given to ``note(_:of:)``: of thousands of products, those of a hundred decide.
///
/// Every sum runs in an order that the definitions give, so that the same events give the same bits wherever they are
/// stored.
package struct Walk: Sendable {
    /// How many sessions' worth of a product's weight goes to its category: λ.
    package static let prior = 5.0
    /// How many products the second step begins at.
    package static let hubLimit = 10
    /// How much of a product's score its second step gets.
    package static let hubShare = 0.5

    private let context: [ContextProduct]
    /// The products of the context.
    package let contextIDs: Set<Int64>
    private var ranking: Ranking
    private var first = CoViews()
    private var second = CoViews()
    /// The products of the second step, with their scores of before.
    private var hubs: [(productID: Int64, score: Double)] = []

    /// - Parameters:
    ///   - context: Distinct products, newest first.
    ///   - debias: See ``RecommendationQuery/debias``.
    package init(context: [ContextProduct], debias: Double) {
        self.context = context
        ranking = Ranking(debias: debias)
        contextIDs = Set(context.map(\.productID))
    }

    // MARK: - Steps

    /// The products whose co-views and categories the first step needs.
    package var firstStep: [Int64] { context.filter { $0.weight > 0 }.map(\.productID) }

    /// Takes the first step.
    package mutating func takeFirst(_ coViews: CoViews) {
        first = coViews
        ranking.note(coViews.sessions)
        for shelf in coViews.shelves.values {
            for product in shelf.products { ranking.note(product.sessions, of: product.productID) }
        }
        for product in context where product.weight > 0 {
            addCoViews(of: product.productID, weight: product.weight, from: coViews)
            forEachShelfShare(of: product) { ranking.add($1, to: $0) }
        }
    }

    /// The products whose numbers of sessions have to be noted before ``chooseHubs()``, some at a time; empty when
    /// nothing is left to ask for.
    package var undecidedHubs: [Int64] {
        ranking.undecided(Self.hubLimit) { !contextIDs.contains($0) }
    }

    /// Takes note of the numbers of sessions of some products.
    ///
    /// - Parameters:
    ///   - sessions: By product. No session touched those that are absent.
    ///   - products: Those that were asked for.
    package mutating func note(_ sessions: [Int64: Int], of products: [Int64]) {
        ranking.note(sessions, of: products)
    }

    /// Ends the first step.
    ///
    /// - Returns: The products whose co-views the second step needs; their categories do not count.
    package mutating func chooseHubs() -> [Int64] {
        hubs = ranking.best(Self.hubLimit) { !contextIDs.contains($0) }.map { ($0.productID, $0.total) }
        return hubs.map(\.productID)
    }

    /// Takes the second step.
    package mutating func takeSecond(_ coViews: CoViews) {
        second = coViews
        ranking.note(coViews.sessions)
        for hub in hubs { addCoViews(of: hub.productID, weight: Self.hubShare * hub.score, from: coViews) }
    }

    /// The products whose numbers of sessions have to be noted before ``recommendations(_:excluding:)``, some at a time;
    /// empty when nothing is left to ask for.
    package func undecided(_ query: RecommendationQuery, excluding: Set<Int64>) -> [Int64] {
        totals(query).undecided(query.limit) { isAllowed($0, query, excluding) }
    }

    /// The best products, with their explanations.
    ///
    /// - Parameters:
    ///   - query: How many there are at most, and whether the products of the context count with their own weights, too;
    ///     otherwise they are left out.
    ///   - excluding: Products that are left out.
    package func recommendations(_ query: RecommendationQuery, excluding: Set<Int64>) -> [Recommendation] {
        let best = totals(query).best(query.limit) { isAllowed($0, query, excluding) }
        let firstParts = firstParts(of: Set(best.map(\.productID)).union(hubs.map(\.productID)))
        return best.map { explained($0, firstParts, includesContext: query.includesSeen) }
    }

    private func totals(_ query: RecommendationQuery) -> Ranking {
        guard query.includesSeen else { return ranking }
        var totals = ranking
        for product in context { totals.add(product.weight, to: product.productID) }
        return totals
    }

    private func isAllowed(_ productID: Int64, _ query: RecommendationQuery, _ excluding: Set<Int64>) -> Bool {
        !excluding.contains(productID) && (query.includesSeen || !contextIDs.contains(productID))
    }

    /// How many sessions a product's co-views are counted over, and the prior beside them.
    private func mass(_ productID: Int64) -> Double {
        Double(min(ranking.sessions(of: productID), CoViewQuery.sessionLimit)) + Self.prior
    }

    /// What a step with a weight from a product adds to another by `count` co-views.
    private func share(of count: Int, weight: Double, mass: Double) -> Double {
        weight * (Double(count) / Double(CoViewCounter.unit)) / mass
    }

    private mutating func addCoViews(of productID: Int64, weight: Double, from coViews: CoViews) {
        let mass = mass(productID)
        let counts = coViews.counts[productID] ?? [:]
        ranking.reserve(counts.count)
        for (other, count) in counts {
            // A session adds no more than a unit.
            let sessions = (count + CoViewCounter.unit - 1) / CoViewCounter.unit
            ranking.add(share(of: count, weight: weight, mass: mass), to: other, seenIn: sessions)
        }
    }

    /// What the category of a product of the context adds to products: first by the category, then by the brand.
    private func forEachShelfShare(of product: ContextProduct, _ add: (Int64, Double) -> Void) {
        guard let place = first.places[product.productID], let shelf = first.shelves[place.category] else { return }
        let rest = product.weight * Self.prior / mass(product.productID)
        let all = place.brand.flatMap { shelf.sessionsByBrand[$0] }
        for other in shelf.products {
            add(other.productID, rest * Double(other.sessions) / Double(shelf.sessions))
            if let all, other.brand == place.brand {
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

    /// The parts of some products' scores after the first step.
    private func firstParts(of products: Set<Int64>) -> [Int64: Parts] {
        var parts = Dictionary(uniqueKeysWithValues: products.map { ($0, Parts(context.count)) })
        for (index, product) in context.enumerated() where product.weight > 0 {
            let mass = mass(product.productID)
            let counts = first.counts[product.productID] ?? [:]
            for other in products {
                guard let count = counts[other] else { continue }
                parts[other]?.products[index] += share(of: count, weight: product.weight, mass: mass)
            }
            // What comes by way of a category is not the share of any product.
            forEachShelfShare(of: product) { parts[$0]?.category += $1 }
        }
        return parts
    }

    private func explained(
        _ product: Ranking.Place, _ firstParts: [Int64: Parts], includesContext: Bool
    ) -> Recommendation {
        let productID = product.productID
        var parts = firstParts[productID] ?? Parts(context.count)
        for hub in hubs {
            guard let count = second.counts[hub.productID]?[productID], let own = firstParts[hub.productID] else {
                continue
            }
            let added = share(of: count, weight: Self.hubShare * hub.score, mass: mass(hub.productID))
            parts.add(own, times: added / hub.score)
        }
        if includesContext, let index = context.firstIndex(where: { $0.productID == productID }) {
            parts.products[index] += context[index].weight
        }
        let reasons = zip(context, parts.products)
            .filter { $0.1 > 0 }
            .map { Recommendation.Reason(productID: $0.0.productID, share: $0.1 / product.total) }
        return Recommendation(
            productID: productID, score: product.score,
            because: reasons.enumerated().sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
                .map(\.element),
            categoryShare: parts.category / product.total, source: .walk)
    }
}

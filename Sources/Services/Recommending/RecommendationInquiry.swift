package import Stores

/// What has to be asked, step by step, to recommend products: the context of a user, the walk from it, and the most
/// visited products for what it leaves.
package struct RecommendationInquiry: CoViewInquiry {
    private enum State {
        case user(Int64)
        case firstStep
        case hubs
        case winners
        case end
    }

    /// The products found, best first; all of them when there is no further question.
    package private(set) var recommendations: [Recommendation] = []

    private let query: RecommendationQuery
    private var state: State
    private var walk: Walk
    private var touched: Set<Int64>
    private var asked: [Int64] = []

    /// Begins at what a user did last.
    package init(userID: Int64, _ query: RecommendationQuery) {
        self.query = query
        state = .user(userID)
        walk = Walk(context: [], debias: query.debias)
        touched = []
    }

    /// Begins at products.
    ///
    /// - Parameters:
    ///   - context: Distinct products, newest first.
    ///   - touched: Products that are not recommended, unless the query includes what was seen.
    package init(context: [ContextProduct], touched: Set<Int64>, _ query: RecommendationQuery) {
        self.query = query
        state = .firstStep
        walk = Walk(context: context, debias: query.debias)
        self.touched = query.includesSeen ? [] : touched
    }

    package mutating func next() -> CoViewQuestion? {
        switch state {
        case .user(let userID): return .context(userID: userID, limit: Recommender.contextLimit)
        case .firstStep:
            let products = walk.firstStep
            if !products.isEmpty { return coViews(of: products, includesCategories: true) }
            state = .winners
            return next()
        case .hubs:
            asked = walk.undecidedHubs
            if !asked.isEmpty { return .sessions(of: asked) }
            let hubs = walk.chooseHubs()
            state = .winners
            return hubs.isEmpty ? next() : coViews(of: hubs, includesCategories: false)
        case .winners:
            asked = walk.undecided(query, excluding: touched)
            if !asked.isEmpty { return .sessions(of: asked) }
            recommendations = walk.recommendations(query, excluding: touched)
            guard recommendations.count < query.limit else { return nil }
            state = .end
            var known = touched.union(recommendations.map(\.productID))
            // Without the user's products, also those that were only taken out of a cart.
            if !query.includesSeen { known.formUnion(walk.contextIDs) }
            return .mostVisited(excluding: known, limit: query.limit - recommendations.count)
        case .end: return nil
        }
    }

    package mutating func take(_ answer: CoViewAnswer) {
        switch (answer, state) {
        case (.context(let user), _):
            self = RecommendationInquiry(context: Recommender.context(user), touched: user.touched, query)
        case (.coViews(let coViews), .firstStep):
            walk.takeFirst(coViews)
            state = .hubs
        case (.coViews(let coViews), _): walk.takeSecond(coViews)
        case (.sessions(let sessions), _): walk.note(sessions, of: asked)
        case (.mostVisited(let products), _):
            recommendations += products.map {
                Recommendation(productID: $0.productID, score: 0, source: .popular)
            }
        }
    }

    private func coViews(of products: [Int64], includesCategories: Bool) -> CoViewQuestion {
        .coViews(
            CoViewQuery(
                products: products, includesCategories: includesCategories, includesNeighbourSessions: false))
    }
}

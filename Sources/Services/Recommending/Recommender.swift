import Events
import Glibc
package import Stores

/// Recommends products to users, from what a graph has stored at the time of the question: at one moment where the store
/// can, which the embedded one does; at one moment for each step elsewhere. Safe to use from any task.
package struct Recommender: Sendable {
    /// How many of a user's newest products recommendations begin at.
    package static let contextLimit = 10
    /// The weight of each product beside that of the next newer one.
    package static let rankDecay = 0.7
    /// The age by which a product's weight is halved, in microseconds: half an hour.
    package static let halfLife = 1_800_000_000.0

    private let store: any CoViewStore

    package init(store: any CoViewStore) {
        self.store = store
    }

    /// Products for a user, best first: as many as the query's limit, unless there are fewer products. An unknown user
    /// gets the most visited ones.
    package func recommendations(
        for userID: Int64, _ query: RecommendationQuery = RecommendationQuery()
    ) async throws(StoreError) -> [Recommendation] {
        try await store.pursue(RecommendationInquiry(userID: userID, query)).recommendations
    }

    /// Products for somebody whose session is not stored, best first.
    ///
    /// - Parameter products: The session's distinct products, newest first; those behind ``contextLimit`` do not count.
    package func recommendations(
        after products: [Int64], _ query: RecommendationQuery = RecommendationQuery()
    ) async throws(StoreError) -> [Recommendation] {
        let newest = products.prefix(Self.contextLimit)
        let context = newest.enumerated().map {
            ContextProduct(productID: $1, weight: pow(Self.rankDecay, Double($0)))
        }
        return try await store.pursue(
            RecommendationInquiry(context: context, touched: Set(products), query)
        ).recommendations
    }

    /// The weights of a user's newest products: by their rank, and by their age beside the newest of them. One that was
    /// taken out of the cart keeps its rank and has no weight.
    package static func context(_ user: UserContext) -> [ContextProduct] {
        let newest = user.newest.first?.time.microseconds ?? 0
        return user.newest.enumerated().map { rank, product in
            let age = Double(newest - product.time.microseconds)
            // Not pow(2, x), which optimised builds compute by exp2, whose last bit may differ.
            let weight = pow(rankDecay, Double(rank)) * exp2(-age / halfLife)
            return ContextProduct(productID: product.productID, weight: product.isRemoved ? 0 : weight)
        }
    }
}

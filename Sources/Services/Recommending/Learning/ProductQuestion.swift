import Glibc
package import Stores

/// What the user's newest products point to, as a vector to search products by. Safe to use from any task.
package struct ProductQuestion: Sendable {
    private let graph: any CoViewStore
    private let vectors: any LearnedVectorStore

    package init(graph: any CoViewStore, vectors: any LearnedVectorStore) {
        self.graph = graph
        self.vectors = vectors
    }

    /// Sums up the vectors of the user's newest products with the weights of the walk.
    ///
    /// - Returns: Nil for a user of whom the graph knows no product that counts.
    package func vector(for userID: Int64) async throws(StoreError) -> [Float]? {
        let context = Recommender.context(try await graph.context(of: userID, limit: Recommender.contextLimit))
            .filter { $0.weight > 0 }
        guard !context.isEmpty else { return nil }
        let products = Set(context.map(\.productID))
        let learned = try await vectors.learned(products)
        let missing = products.subtracting(learned.keys)
        let places = try await graph.places(of: missing)
        let signatures = try await vectors.signatures(
            of: missing.sorted().map { ProductFeatures(productID: $0, place: places[$0]) })
        var question: [Double] = []
        for product in context {
            guard let vector = learned[product.productID]?.vector ?? signatures[product.productID] else { continue }
            if question.isEmpty { question = vector.map { _ in 0 } }
            // A catalogue that is loaded meanwhile may change how long vectors are.
            guard vector.count == question.count else { continue }
            for index in vector.indices { question[index] += product.weight * Double(vector[index]) }
        }
        return question.map { Float($0) }
    }

    /// What a product's nearness counts: the less, the more sessions touched it. 1 for one that one session touched, and
    /// for one of which nothing was learned, as nobody saw it beside another.
    ///
    /// - Parameter debias: The exponent of the propensity, in ``RecommendationQuery/debiasRange``.
    package static func factor(_ match: ProductMatch, debias: Double) -> Double {
        pow((1 + Ranking.clipping) / (Double(max(match.sessions, 1)) + Ranking.clipping), debias)
    }
}

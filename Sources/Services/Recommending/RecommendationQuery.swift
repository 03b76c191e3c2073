/// What shall be recommended.
package struct RecommendationQuery: Sendable, Hashable {
    /// The most products that are recommended at once.
    package static let maxLimit = 100
    /// The exponents that ``debias`` may have.
    package static let debiasRange = 0.0...1.5

    /// The most recommendations: 1 ... ``maxLimit``.
    package var limit: Int
    /// The exponent of the propensity, in ``debiasRange``: how much less a product counts for being seen often. 0 does not
    /// correct anything.
    package var debias: Double
    /// Whether products that the user has touched may be recommended.
    package var includesSeen: Bool

    package init(limit: Int = 20, debias: Double = 0.25, includesSeen: Bool = false) {
        self.limit = limit
        self.debias = debias
        self.includesSeen = includesSeen
    }
}

/// A product that a walk begins at.
package struct ContextProduct: Sendable, Hashable {
    package var productID: Int64
    /// 0 or more; of 0, nothing is recommended for the product's sake.
    package var weight: Double

    package init(productID: Int64, weight: Double) {
        self.productID = productID
        self.weight = weight
    }
}

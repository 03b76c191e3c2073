/// A found product.
package struct ProductMatch: Sendable, Hashable {
    package var productID: Int64
    /// Cosine similarity to what was searched for: -1 ... 1.
    package var score: Float
    /// The product's vector, of length one.
    package var vector: [Float]
    /// Whether nothing was learned of the product and the catalogue lacks it, so that its vector was made from its features
    /// (``StandInVector``).
    package var isStandIn: Bool
    /// How many sessions touched the product, as of when its vector was learned; 0 if it was not.
    package var sessions: Int

    package init(productID: Int64, score: Float, vector: [Float], isStandIn: Bool, sessions: Int = 0) {
        self.productID = productID
        self.score = score
        self.vector = vector
        self.isStandIn = isStandIn
        self.sessions = sessions
    }

    /// Whether this match stands before `other` in an answer: the greater score first, equal scores by id.
    package func precedes(_ other: ProductMatch) -> Bool {
        score == other.score ? productID < other.productID : score > other.score
    }
}

/// A found product.
package struct ProductMatch: Sendable, Hashable {
    package var productID: Int64
    /// Cosine similarity to what was searched for: -1 ... 1.
    package var score: Float
    /// The product's vector, of length one.
    package var vector: [Float]
    /// Whether the catalogue lacks the product, so that its vector was made from its features (``StandInVector``).
    package var isStandIn: Bool

    package init(productID: Int64, score: Float, vector: [Float], isStandIn: Bool) {
        self.productID = productID
        self.score = score
        self.vector = vector
        self.isStandIn = isStandIn
    }

    /// Whether this match stands before `other` in an answer: the greater score first, equal scores by id.
    package func precedes(_ other: ProductMatch) -> Bool {
        score == other.score ? productID < other.productID : score > other.score
    }
}

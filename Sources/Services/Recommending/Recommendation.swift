/// A recommended product.
package struct Recommendation: Sendable, Hashable {
    /// Where a recommendation comes from.
    package enum Source: String, Sendable, Hashable {
        /// From the products of the context.
        case walk
        /// The most visited products fill up what the walk leaves.
        case popular
    }

    /// How much a product of the context has to do with a recommendation.
    package struct Reason: Sendable, Hashable {
        package var productID: Int64
        /// Above 0, up to 1.
        package var share: Double

        package init(productID: Int64, share: Double) {
            self.productID = productID
            self.share = share
        }
    }

    package var productID: Int64
    /// Comparable within one answer only; 0 for a popular product.
    package var score: Double
    /// The products of the context that the score comes from, the greatest share first; equals in the context's order.
    package var because: [Reason]
    /// The share of the score that comes from the categories and brands of the context's products. With the shares of
    /// ``because``, it sums to 1, unless the product is a popular one, of which all shares are 0.
    package var categoryShare: Double
    package var source: Source

    package init(
        productID: Int64, score: Double, because: [Reason] = [], categoryShare: Double = 0, source: Source
    ) {
        self.productID = productID
        self.score = score
        self.because = because
        self.categoryShare = categoryShare
        self.source = source
    }
}

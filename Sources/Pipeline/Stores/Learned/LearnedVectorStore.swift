/// Keeps vectors of products that were learned from which products are touched in the same sessions, beside those of the
/// catalogue and stand-ins. They follow from a ``CoViewStore`` (docs/recommendations.md has the definition) and may be
/// computed anew at any time.
///
/// Every implementation may be used from any task, and passes the conformance suite.
package protocol LearnedVectorStore: Sendable {
    /// The vectors that products have before anything is learned: those of the catalogue, else stand-ins made of the
    /// features. All are of length one and have the same number of components.
    ///
    /// - Parameter products: One for each product.
    func signatures(of products: [ProductFeatures]) async throws(StoreError) -> [Int64: [Float]]

    /// Stores learned vectors in place of those that the same products had, and removes those of other products; durable
    /// on return. May be repeated.
    ///
    /// - Parameter removing: Products that have no learned vector any more; those that have none change nothing.
    /// - Throws: `.rejected` if vectors have another number of components than ``signatures(of:)``.
    func putLearned(_ products: [LearnedProduct], removing: Set<Int64>) async throws(StoreError)

    /// What was learned of some products; those of which nothing was learned are absent, and so are all whose vectors have
    /// another number of components than ``signatures(of:)``: a catalogue was loaded since.
    func learned(_ products: Set<Int64>) async throws(StoreError) -> [Int64: LearnedProduct]

    /// The ids of products of which something was learned, ascending.
    ///
    /// - Parameters:
    ///   - after: Ids up to this are left out.
    ///   - limit: The most ids; 1 or more.
    func learnedProducts(after: Int64, limit: Int) async throws(StoreError) -> [Int64]
}

/// What was learned of a product.
package struct LearnedProduct: Sendable, Hashable {
    package var productID: Int64
    /// Of length one.
    package var vector: [Float]
    /// How many sessions touched the product when its vector was computed.
    package var sessions: Int

    package init(productID: Int64, vector: [Float], sessions: Int) {
        self.productID = productID
        self.vector = vector
        self.sessions = sessions
    }
}

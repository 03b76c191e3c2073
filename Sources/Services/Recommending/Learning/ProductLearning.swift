import Events
package import Stores

/// Learns vectors of products from a graph's co-views, into a store of vectors. What is written follows from what the
/// graph has at the time; repeating it changes nothing. Safe to use from any task.
package struct ProductLearning: Sendable {
    /// How many products are learned at once.
    package static let batch = 100
    private static let historyPage = 1_000
    /// The most products that a sweep goes through.
    private static let mostProducts = 10_000_000

    private let graph: any CoViewStore
    private let vectors: any LearnedVectorStore

    package init(from graph: any CoViewStore, into vectors: any LearnedVectorStore) {
        self.graph = graph
        self.vectors = vectors
    }

    /// Learns the vectors of some products anew, and removes those of products that nothing was touched beside.
    ///
    /// - Parameter products: As many as ``batch``, for bounded work.
    /// - Returns: How many vectors have changed, removed ones included.
    package func learn(_ products: Set<Int64>) async throws(StoreError) -> Int {
        guard !products.isEmpty else { return 0 }
        let coViews = try await graph.coViews(
            CoViewQuery(products: products.sorted(), includesCategories: false))
        let named = products.union(coViews.counts.values.flatMap(\.keys))
        let places = try await graph.places(of: named)
        let signatures = try await vectors.signatures(
            of: named.sorted().map { ProductFeatures(productID: $0, place: places[$0]) })
        let known = try await vectors.learned(products)
        var learned: [LearnedProduct] = []
        var removed: Set<Int64> = []
        for product in products {
            guard let new = Self.learned(product, coViews, signatures) else {
                removed.insert(product)
                continue
            }
            if known[product]?.isNear(new) != true { learned.append(new) }
        }
        // Those that are there for another number of components are told apart by nobody: they are removed unseen.
        if !learned.isEmpty || !removed.isEmpty { try await vectors.putLearned(learned, removing: removed) }
        return learned.count + removed.intersection(known.keys).count
    }

    /// The products of some sessions, whose vectors have to be learned again once these have changed.
    package func products(touchedIn sessions: Set<String>) async throws(StoreError) -> Set<Int64> {
        try await graph.products(touchedIn: sessions)
    }

    /// The products of all sessions that a user took part in.
    package func products(
        touchedBy userID: Int64, in graph: any GraphStore
    ) async throws(StoreError) -> Set<Int64> {
        var products: Set<Int64> = []
        var query = HistoryQuery(userID: userID, limit: Self.historyPage)
        while true {
            let page = try await graph.history(query)
            products.formUnion(try await self.products(touchedIn: Set(page.events.map(\.session))))
            guard let next = page.next else { return products }
            query.after = next
        }
    }

    /// Learns the vectors of any number of products anew, a batch after the other.
    ///
    /// - Parameter rest: Called after each batch, which took the given time; false ends the work.
    /// - Returns: How many vectors have changed; nil if the work was ended.
    package func learn(
        all products: Set<Int64>, rest: (Duration) async -> Bool = { _ in true }
    ) async throws(StoreError) -> Int? {
        let sorted = products.sorted()
        var changed = 0
        for start in stride(from: 0, to: sorted.count, by: Self.batch) {
            let begun = ContinuousClock.now
            changed += try await learn(Set(sorted[start..<min(start + Self.batch, sorted.count)]))
            guard await rest(.now - begun) else { return nil }
        }
        return changed
    }

    /// All products: those that a session touched, and those of which something was learned.
    package func allProducts() async throws(StoreError) -> Set<Int64> {
        var products = Set(try await graph.mostVisited(excluding: [], limit: Self.mostProducts).map(\.productID))
        var last: Int64 = 0
        while true {
            let page = try await vectors.learnedProducts(after: last, limit: 10_000)
            guard let end = page.last else { return products }
            products.formUnion(page)
            last = end
        }
    }

    private static func learned(
        _ product: Int64, _ coViews: CoViews, _ signatures: [Int64: [Float]]
    ) -> LearnedProduct? {
        guard let counts = coViews.counts[product], let signature = signatures[product] else { return nil }
        let neighbours = counts.sorted { $0.key < $1.key }.compactMap { other, count -> LearnedVector.Neighbour? in
            guard let sessions = coViews.sessions[other], sessions > 0, let signature = signatures[other] else {
                return nil
            }
            return LearnedVector.Neighbour(coViews: count, sessions: sessions, signature: signature)
        }
        let vector = LearnedVector.make(signature: signature, neighbours: neighbours)
        guard !neighbours.isEmpty, vector.contains(where: { $0 != 0 }) else { return nil }
        return LearnedProduct(productID: product, vector: vector, sessions: coViews.sessions[product] ?? 0)
    }
}

extension LearnedProduct {
    /// Whether both say the same, but for what a store may round.
    fileprivate func isNear(_ other: LearnedProduct) -> Bool {
        sessions == other.sessions && vector.count == other.vector.count
            && zip(vector, other.vector).allSatisfy { abs($0 - $1) < 1e-5 }
    }
}

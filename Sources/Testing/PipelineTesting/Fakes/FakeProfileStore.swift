package import Events
package import Stores
import Synchronization

/// Profiles computed by the formula from events in memory. Safe to use from any thread.
package final class FakeProfileStore: ProfileStore {
    private let events = FakeGraphStore()
    private let formula = ProfileFormula()
    private let catalogue = Mutex<[Int64: [Float]]>([:])
    private let learned = Mutex<[Int64: LearnedProduct]>([:])

    package init() {}

    /// Makes the next calls fail, one after the other; one of nil succeeds.
    package func fail(with errors: [StoreError?]) {
        events.fail(with: errors)
    }

    /// Writes, or fails as requested.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await events.apply(batch)
    }

    /// The profile, computed at each call.
    package func profile(of userID: Int64) async throws(StoreError) -> Profile? {
        _ = try await events.statistics()
        guard let own = events.interactions[userID] else { return nil }
        return profile(of: userID, own)
    }

    /// Of profiles only; interactions are not found.
    package func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch] {
        _ = try await events.statistics()
        guard collection == .userProfiles else { return [] }
        let found = events.interactions.map { user, own in
            ProductMatch(productID: user, vector: profile(of: user, own).vector, nearTo: vector, isStandIn: false)
        }
        return found.sorted { $0.precedes($1) }.prefix(limit).map {
            VectorMatch(point: .user($0.productID), score: $0.score)
        }
    }

    package func nearestProducts(
        to vector: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        _ = try await events.statistics()
        guard vector.count == dimension else { throw StoreError(.rejected, "not \(dimension) components") }
        let seen = events.interactions.values.joined().sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        var features: [Int64: ProductFeatures] = [:]
        for product in catalogue.withLock({ $0 }).keys { features[product] = ProductFeatures(productID: product) }
        for interaction in seen { features[interaction.features.productID] = interaction.features }
        let learned = learned.withLock { $0.filter { $0.value.vector.count == vector.count } }
        for product in learned.keys where features[product] == nil {
            features[product] = ProductFeatures(productID: product)
        }
        let found = features.values.filter { !excluding.contains($0.productID) }.map { features in
            let known = learned[features.productID]
            return ProductMatch(
                productID: features.productID, vector: known?.vector ?? self.vector(of: features), nearTo: vector,
                isStandIn: known == nil && catalogue.withLock { $0[features.productID] == nil },
                sessions: known?.sessions ?? 0)
        }
        return Array(found.sorted { $0.precedes($1) }.prefix(limit))
    }

    package func boughtProducts(of userID: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        _ = try await events.statistics()
        let bought = (events.interactions[userID] ?? []).filter { $0.type == .purchase }
        let last = Dictionary(bought.map { ($0.features.productID, $0.time) }, uniquingKeysWith: max)
        return last.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
    }

    package func putCatalogue(_ vectors: [Int64: [Float]]) async throws(StoreError) {
        _ = try await events.statistics()
        let new = try CatalogueVectors(vectors)
        let known = catalogue.withLock { $0.first?.value.count ?? 0 }
        try new.checkFits(known: known)
        catalogue.withLock { catalogue in
            for (product, vector) in new.vectors { catalogue[product] = vector }
        }
    }

    package func signatures(of products: [ProductFeatures]) async throws(StoreError) -> [Int64: [Float]] {
        _ = try await events.statistics()
        return Dictionary(products.map { ($0.productID, vector(of: $0)) }, uniquingKeysWith: { $1 })
    }

    package func putLearned(_ products: [LearnedProduct], removing: Set<Int64>) async throws(StoreError) {
        _ = try await events.statistics()
        guard products.allSatisfy({ $0.vector.count == dimension }) else {
            throw StoreError(.rejected, "not \(dimension) components")
        }
        learned.withLock { learned in
            for product in removing { learned[product] = nil }
            for product in products { learned[product.productID] = product }
        }
    }

    package func learned(_ products: Set<Int64>) async throws(StoreError) -> [Int64: LearnedProduct] {
        _ = try await events.statistics()
        return learned.withLock { $0.filter { products.contains($0.key) && $0.value.vector.count == dimension } }
    }

    package func learnedProducts(after: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        _ = try await events.statistics()
        return Array(learned.withLock { $0.keys.filter { $0 > after }.sorted() }.prefix(limit))
    }

    /// Profiles are always up to date.
    package func rebuild(userID: Int64?, _: @escaping @Sendable (Int) -> Void) async throws(StoreError) -> Int { 0 }

    package func statistics() async throws(StoreError) -> ProfileStatistics {
        let graph = try await events.statistics()
        return ProfileStatistics(profiles: graph.users, vectors: graph.interactions)
    }

    /// Counts each written event as stored once.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        try await events.occurrences(of: ids)
    }

    /// Every written event, as it was written.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try await events.stored(ids)
    }

    /// Removes the events of a user, or fails as requested after the tombstone is written.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        try await events.erase(userID: userID, receivedUntil: time)
    }

    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try await events.erasures(of: users)
    }

    /// Removes the events from before, or fails as requested.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        try await events.prune(before: time, progress)
    }

    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try await events.interactions(before: time)
    }

    package func close() async {}

    private var dimension: Int { catalogue.withLock { $0.first?.value.count } ?? formula.dimension }

    private func vector(of features: ProductFeatures) -> [Float] {
        catalogue.withLock { $0[features.productID] } ?? StandInVector.make(features, dimension: dimension)
    }

    private func profile(of userID: Int64, _ own: [ProfileFormula.Interaction]) -> Profile {
        var formula = formula
        formula.dimension = dimension
        let counts = Dictionary(grouping: own, by: \.type).mapValues(\.count)
        return formula.profile(of: userID, newest: own, counts: counts) { vector(of: $0) }
    }
}

extension ProductMatch {
    /// A match of vectors of length one, or all zero.
    fileprivate init(productID: Int64, vector: [Float], nearTo target: [Float], isStandIn: Bool, sessions: Int = 0) {
        let score = zip(vector, target).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        self.init(productID: productID, score: score, vector: vector, isStandIn: isStandIn, sessions: sessions)
    }
}

package import Events
package import Stores

/// Profiles computed by the formula from events in memory. Safe to use from any thread.
package final class FakeProfileStore: ProfileStore {
    private let events = FakeGraphStore()
    private let formula = ProfileFormula()

    package init() {}

    /// Makes the next calls fail, one after the other.
    package func fail(with errors: [StoreError]) {
        events.fail(with: errors)
    }

    /// Writes, or fails as requested.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await events.apply(batch)
    }

    /// The profile, computed at each call.
    package func profile(of userID: Int64) async throws(StoreError) -> Profile? {
        let history = try await events.history(HistoryQuery(userID: userID, limit: .max - 1)).events
        if history.isEmpty { return nil }
        let own = history.map { ProfileFormula.Interaction(of: $0) }
        let counts = Dictionary(grouping: own, by: \.type).mapValues(\.count)
        return formula.profile(of: userID, newest: own, counts: counts) {
            StandInVector.make($0, dimension: formula.dimension)
        }
    }

    /// Finds nothing.
    package func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch] { [] }

    /// Profiles are always up to date.
    package func rebuild(userID: Int64?) async throws(StoreError) -> Int { 0 }

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

    package func close() async {}
}

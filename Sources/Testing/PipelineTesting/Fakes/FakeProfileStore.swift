package import Events
package import Stores
import Synchronization

/// Profiles computed by the formula from events in memory. Safe to use from any thread.
package final class FakeProfileStore: ProfileStore {
    private let events = FakeGraphStore()
    private let formula = ProfileFormula()
    private let interactions = Mutex<[Int64: [ProfileFormula.Interaction]]>([:])

    package init() {}

    /// Makes the next calls fail, one after the other.
    package func fail(with errors: [StoreError]) {
        events.fail(with: errors)
    }

    /// Writes, or fails as requested.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let known = events.events
        let applied = try await events.apply(batch)
        interactions.withLock { interactions in
            for event in batch.events where !known.contains(event.id) {
                interactions[event.userID, default: []].append(ProfileFormula.Interaction(of: event))
            }
        }
        return applied
    }

    /// The profile, computed at each call.
    package func profile(of userID: Int64) async throws(StoreError) -> Profile? {
        _ = try await events.statistics()
        guard let own = interactions.withLock({ $0[userID] }) else { return nil }
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

    package func close() async {}
}

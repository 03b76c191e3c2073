package import Events
package import Stores
import Synchronization

/// A graph in memory that fails on request. Safe to use from any thread.
package final class FakeGraphStore: GraphStore {
    private struct State {
        var events: [EventID: Event] = [:]
        var tombstones: [Int64: Timestamp] = [:]
        var batches = 0
        var failures: [StoreError?] = []
        var poison: Set<EventID> = []
    }

    private let state = Mutex(State())
    package let pace: WritingPace

    package init(pace: WritingPace = WritingPace()) {
        self.pace = pace
    }

    /// Every event that was written.
    package var events: Set<EventID> { state.withLock { Set($0.events.keys) } }
    /// What was written of each user.
    var interactions: [Int64: [ProfileFormula.Interaction]] {
        let events = state.withLock { Array($0.events.values) }
        return Dictionary(grouping: events, by: \.userID).mapValues { $0.map { ProfileFormula.Interaction(of: $0) } }
    }
    /// The number of calls of `apply`.
    package var batches: Int { state.withLock { $0.batches } }

    /// Makes the next calls fail, one after the other; one of nil succeeds.
    package func fail(with errors: [StoreError?]) {
        state.withLock { $0.failures = errors }
    }

    /// Makes every batch that holds one of these events be rejected as a whole.
    package func reject(_ ids: Set<EventID>) {
        state.withLock { $0.poison = ids }
    }

    /// Writes, or fails as requested.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let result: Result<AppliedBatch, StoreError> = state.withLock { state in
            state.batches += 1
            if !state.failures.isEmpty, let failure = state.failures.removeFirst() { return .failure(failure) }
            if batch.events.contains(where: { state.poison.contains($0.id) }) {
                return .failure(StoreError(.rejected, "constraint violated"))
            }
            var batch = batch
            var applied = AppliedBatch(erased: batch.removeErased(state.tombstones))
            for event in batch.events + batch.rivals {
                if let stored = state.events[event.id] {
                    applied.add(event, found: StoredEvent(stored))
                } else {
                    state.events[event.id] = event
                    // Real stores keep content only.
                    state.events[event.id]?.receivedAt = nil
                    applied.inserted += 1
                }
            }
            return .success(applied)
        }
        return try result.get()
    }

    /// The events of a user, newest first.
    package func history(_ query: HistoryQuery) async throws(StoreError) -> HistoryPage {
        try failure()
        let candidates = state.withLock { state in
            state.events.values
                .filter { $0.userID == query.userID && (query.type == nil || $0.type == query.type) }
                .filter { event in query.after.map { (event.time, event.id) < ($0.time, $0.id) } ?? true }
                .sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        }
        return HistoryPage(query: query, candidates: Array(candidates.prefix(query.limit + 1)))
    }

    package func statistics() async throws(StoreError) -> GraphStatistics {
        try failure()
        let events = state.withLock { Array($0.events.values) }
        return GraphStatistics(
            users: Set(events.map(\.userID)).count, products: Set(events.map(\.productID)).count,
            interactionsByType: Dictionary(grouping: events, by: \.type).mapValues(\.count))
    }

    /// Counts each written event as stored once.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        try failure()
        return state.withLock { state in
            Dictionary(uniqueKeysWithValues: Set(ids).filter { state.events[$0] != nil }.map { ($0, 1) })
        }
    }

    /// Every written event, as it was written.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try failure()
        return state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: Set(ids).compactMap { id in
                    state.events[id].map { (id, StoredEvent($0)) }
                })
        }
    }

    /// See ``CoViewReference``.
    package func context(of userID: Int64, limit: Int) async throws(StoreError) -> UserContext {
        try failure()
        return coViewReference.context(of: userID, limit: limit)
    }

    /// See ``CoViewReference``.
    package func coViews(_ query: CoViewQuery) async throws(StoreError) -> CoViews {
        try failure()
        return coViewReference.coViews(query)
    }

    /// See ``CoViewReference``.
    package func sessions(of products: [Int64]) async throws(StoreError) -> [Int64: Int] {
        try failure()
        return coViewReference.sessions(of: products)
    }

    /// See ``CoViewReference``.
    package func mostVisited(excluding: Set<Int64>, limit: Int) async throws(StoreError) -> [ProductVisits] {
        try failure()
        return coViewReference.mostVisited(excluding: excluding, limit: limit)
    }

    /// See ``CoViewReference``.
    package func products(touchedIn sessions: Set<String>) async throws(StoreError) -> Set<Int64> {
        try failure()
        return coViewReference.products(touchedIn: sessions)
    }

    /// See ``CoViewReference``.
    package func places(of products: Set<Int64>) async throws(StoreError) -> [Int64: ProductPlace] {
        try failure()
        return coViewReference.places(of: products)
    }

    /// Removes the events of a user, or fails as requested after the tombstone is written.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        state.withLock { $0.tombstones[userID] = max($0.tombstones[userID] ?? time, time) }
        try failure()
        return state.withLock { state in
            let ids = state.events.values.filter { $0.userID == userID }.map(\.id)
            for id in ids { state.events[id] = nil }
            return ids.count
        }
    }

    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try failure()
        return state.withLock { state in state.tombstones.filter { users.contains($0.key) } }
    }

    /// Removes the events from before, or fails as requested.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        try failure()
        let count = state.withLock { state in
            let ids = state.events.values.filter { $0.time < time }.map(\.id)
            for id in ids { state.events[id] = nil }
            return ids.count
        }
        progress(count)
        return count
    }

    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try failure()
        return state.withLock { $0.events.values.count { $0.time < time } }
    }

    package func close() async {}

    private var coViewReference: CoViewReference {
        CoViewReference(state.withLock { Array($0.events.values) })
    }

    private func failure() throws(StoreError) {
        let error = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if let error { throw error }
    }
}

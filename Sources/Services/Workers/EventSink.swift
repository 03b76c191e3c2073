package import Stores

/// Where a worker brings events: one store.
package protocol EventSink: Sendable {
    /// Writes a batch in one transaction; safe to repeat.
    func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch
}

/// Brings events into the graph.
package struct GraphSink: EventSink {
    private let store: any GraphStore

    /// Writes to `store`.
    package init(_ store: any GraphStore) {
        self.store = store
    }

    /// Writes the interactions.
    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

/// Brings events into the vectors and profiles.
package struct ProfileSink: EventSink {
    private let store: any ProfileStore

    /// Writes to `store`.
    package init(_ store: any ProfileStore) {
        self.store = store
    }

    /// Writes the interactions and brings their users' profiles up to date.
    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

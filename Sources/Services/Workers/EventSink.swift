package import Stores

/// One store, as the destination of a worker's events.
package protocol EventSink: Sendable {
    /// Writes a batch in one transaction; repeating the call is safe.
    func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch

    /// How many batches of one worker keep the store busy when they are written at the same time; one by default.
    var batchesAtOnce: Int { get }
}

extension EventSink {
    package var batchesAtOnce: Int { 1 }
}

/// Writes events into the graph.
package struct GraphSink: EventSink {
    private let store: any GraphStore

    package init(_ store: any GraphStore) {
        self.store = store
    }

    package var batchesAtOnce: Int { store.batchesAtOnce }

    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

/// Writes events into the vectors and profiles.
package struct ProfileSink: EventSink {
    private let store: any ProfileStore

    package init(_ store: any ProfileStore) {
        self.store = store
    }

    /// Writes the interactions and brings their users' profiles up to date.
    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

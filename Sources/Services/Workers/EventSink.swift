public import Stores

/// Where a worker brings events: one store.
public protocol EventSink: Sendable {
    /// Writes a batch in one transaction; safe to repeat.
    func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch
}

/// Brings events into the graph.
public struct GraphSink: EventSink {
    private let store: any GraphStore

    /// Writes to `store`.
    public init(_ store: any GraphStore) {
        self.store = store
    }

    /// Writes the interactions.
    public func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

/// Brings events into the vectors and profiles.
public struct ProfileSink: EventSink {
    private let store: any ProfileStore

    /// Writes to `store`.
    public init(_ store: any ProfileStore) {
        self.store = store
    }

    /// Writes the interactions and brings their users' profiles up to date.
    public func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

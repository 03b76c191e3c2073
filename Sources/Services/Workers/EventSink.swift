package import Stores

/// One store, as the destination of a worker's events.
package protocol EventSink: Sendable {
    /// Writes a batch in one transaction; repeating the call is safe.
    func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch

    /// What keeps the store busy: by default, one batch of 500 after the other.
    var pace: WritingPace { get }
}

extension EventSink {
    package var pace: WritingPace { WritingPace() }
}

/// Writes events into the graph.
package struct GraphSink: EventSink {
    private let store: any GraphStore
    private let wrote: @Sendable (InteractionBatch) -> Void

    /// - Parameter wrote: Called with each batch that is stored, from any task, before its events are acknowledged.
    package init(_ store: any GraphStore, wrote: @escaping @Sendable (InteractionBatch) -> Void = { _ in }) {
        self.store = store
        self.wrote = wrote
    }

    package var pace: WritingPace { store.pace }

    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let applied = try await store.apply(batch)
        wrote(batch)
        return applied
    }
}

/// Writes events into the vectors and profiles.
package struct ProfileSink: EventSink {
    private let store: any ProfileStore

    package init(_ store: any ProfileStore) {
        self.store = store
    }

    package var pace: WritingPace { store.pace }

    /// Writes the interactions and brings their users' profiles up to date.
    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        try await store.apply(batch)
    }
}

import Events
import Stores

/// One transaction at a time, for the users that are dealt to it.
actor WriteLane {
    private var isBusy = false
    private var isClosed = false
    /// Those who wait for their turn, in order.
    private var queue: [CheckedContinuation<Void, Never>] = []

    func apply(_ events: [Event], by writing: GraphWriting) async throws(StoreError) -> AppliedBatch {
        await enter()
        defer { leave() }
        if isClosed { throw StoreError(.closed, "the graph was closed") }
        return try await writing.apply(events)
    }

    /// Returns when what has begun is done.
    func close() async {
        isClosed = true
        await enter()
        leave()
    }

    private func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    private func leave() {
        if queue.isEmpty { isBusy = false } else { queue.removeFirst().resume() }
    }
}

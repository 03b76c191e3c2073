import EventLoops
import Events
import Stores

/// One transaction at a time, for the users that are dealt to it.
actor WriteLane {
    private let turns = Turns()
    private var isClosed = false

    func apply(_ events: [Event], by writing: GraphWriting) async throws(StoreError) -> AppliedBatch {
        try await turns.withTurn { () throws(StoreError) in
            if isClosed { throw StoreError(.closed, "the graph was closed") }
            return try await writing.apply(events)
        }
    }

    /// Returns when what has begun is done.
    func close() async {
        isClosed = true
        await turns.withTurn {}
    }
}

import EventLoops
import Events
import Stores

/// One transaction at a time, for the users that are dealt to it.
actor WriteLane {
    private let turns = Turns()
    private var isClosed = false
    /// Whether the last batch had events that the graph had before. Then the next one will have, too, as a rule: a file is
    /// imported again, or a queue was filled from a dead worker's.
    private var meetsRepeats = false

    func apply(_ events: [Event], by writing: GraphWriting) async throws(StoreError) -> AppliedBatch {
        try await turns.withTurn { () throws(StoreError) in
            if isClosed { throw StoreError(.closed, "the graph was closed") }
            let applied = try await writing.apply(events, looksFirst: meetsRepeats)
            meetsRepeats = applied.alreadyPresent + applied.conflicts.count > 0
            return applied
        }
    }

    /// Returns when what has begun is done.
    func close() async {
        isClosed = true
        await turns.withTurn {}
    }
}

import EventLoops
import Events
import Stores

/// One transaction at a time, for the users that are dealt to it.
actor WriteLane {
    private let turns = Turns()
    private var isClosed = false

    func apply(_ events: [Event], by writing: GraphWriting) async throws(StoreError) -> AppliedBatch {
        await turns.begin()
        guard !isClosed else {
            await turns.end()
            throw StoreError(.closed, "the graph was closed")
        }
        do throws(StoreError) {
            let applied = try await writing.apply(events)
            await turns.end()
            return applied
        } catch {
            await turns.end()
            throw error
        }
    }

    /// Returns when what has begun is done.
    func close() async {
        isClosed = true
        await turns.begin()
        await turns.end()
    }
}

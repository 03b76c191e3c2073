import Stores

/// Writes batches into both stores at the same time.
struct BatchWriter: Sendable {
    /// The changes that a batch made, and the time that writing took.
    struct Outcome: Sendable {
        var graph = AppliedBatch(inserted: 0, alreadyPresent: 0)
        var profiles = AppliedBatch(inserted: 0, alreadyPresent: 0)
        var graphTime = Duration.zero
        var profilesTime = Duration.zero
    }

    /// A store did not take a batch.
    struct Failure: Error {
        var store: ImportError.Store
        var error: StoreError
        var lines: ClosedRange<Int>
    }

    private let graph: any GraphStore
    private let profiles: any ProfileStore
    private let attempts: Attempts

    init(graph: any GraphStore, profiles: any ProfileStore, options: ImportOptions) {
        self.graph = graph
        self.profiles = profiles
        attempts = Attempts(most: options.attempts, backoff: options.backoff)
    }

    /// Returns when both stores have the batch.
    ///
    /// - Throws: If one of the stores does not take the batch; the other may have it then.
    func write(_ batch: ImportBatch) async throws(Failure) -> Outcome {
        let interactions = InteractionBatch(batch.events)
        guard !interactions.isEmpty else { return Outcome() }
        async let graphWrite = attempts.run { [graph] () throws(StoreError) in try await graph.apply(interactions) }
        async let profilesWrite = attempts.run { [profiles] () throws(StoreError) in
            try await profiles.apply(interactions)
        }
        var outcome = Outcome()
        let (graphResult, profilesResult) = await (graphWrite, profilesWrite)
        outcome.graphTime = graphResult.time
        outcome.profilesTime = profilesResult.time
        do throws(StoreError) { outcome.graph = try graphResult.result.get() } catch {
            throw Failure(store: .graph, error: error, lines: batch.lines)
        }
        do throws(StoreError) { outcome.profiles = try profilesResult.result.get() } catch {
            throw Failure(store: .profiles, error: error, lines: batch.lines)
        }
        return outcome
    }
}

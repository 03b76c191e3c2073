import EventLoops
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

    private typealias Write = @Sendable () async throws(StoreError) -> AppliedBatch

    private let graph: any GraphStore
    private let profiles: any ProfileStore
    private let attempts: Int
    private let backoff: Backoff

    init(graph: any GraphStore, profiles: any ProfileStore, options: ImportOptions) {
        self.graph = graph
        self.profiles = profiles
        attempts = max(1, options.attempts)
        backoff = options.backoff
    }

    /// Returns when both stores have the batch.
    ///
    /// - Throws: If one of the stores does not take the batch; the other may have it then.
    func write(_ batch: ImportBatch) async throws(Failure) -> Outcome {
        let interactions = InteractionBatch(batch.events)
        guard !interactions.isEmpty else { return Outcome() }
        async let graphWrite = attempt { [graph] () throws(StoreError) in try await graph.apply(interactions) }
        async let profilesWrite = attempt { [profiles] () throws(StoreError) in try await profiles.apply(interactions) }
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

    /// Writes until it succeeds, fails for good, or has failed too often.
    private func attempt(_ write: Write) async -> (result: Result<AppliedBatch, StoreError>, time: Duration) {
        let start = ContinuousClock.now
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            do throws(StoreError) {
                return (.success(try await write()), .now - start)
            } catch {
                failures += 1
                guard error.isWorthAnotherAttempt, failures < attempts, !Task.isCancelled else {
                    return (.failure(error), .now - start)
                }
                // The pause ends early where the task is cancelled; the next attempt is the last one then.
                try? await Task.sleep(for: backoff.delay(afterFailures: failures, using: &generator))
            }
        }
    }
}

extension StoreError {
    fileprivate var isWorthAnotherAttempt: Bool {
        switch code {
        case .transient, .unavailable: true
        case .rejected, .corrupt, .closed: false
        }
    }
}

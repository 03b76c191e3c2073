import EventLoops
import Events
import LoadTesting
import Messaging
import Stores

/// Waits after a load test until every acknowledged event is in both stores or among the dead letters.
struct Settling: Sendable {
    /// How the wait ended.
    struct Outcome: Sendable {
        /// Whether every acknowledged event is accounted for.
        var isSettled: Bool
        /// How long it took.
        var time: Duration
        /// Messages in work and delay queues at the end.
        var waiting: Int
    }

    /// How far the wait has come.
    package struct Progress: Sendable, Hashable {
        /// Messages in work and delay queues.
        package var waiting: Int
        /// Acknowledged events that are not in both stores yet, as of the last look.
        package var missing: Int
        package var acknowledged: Int
    }

    /// How long queues have to be empty until what is missing is taken for lost: a worker may hold messages that the
    /// broker does not count, and the API may hold events in its spool.
    private static let idleLimit = Duration.seconds(10)
    private static let blindIdleLimit = Duration.seconds(40)
    private static let step = 1_000

    let pipeline: Pipeline
    /// Work queues and delay queues.
    let queues: [String]
    /// How many events wait in the server's spool; nil where it has none or does not tell.
    let spooled: @Sendable () async -> Int?

    /// Waits at most for `limit`, or until the task is cancelled.
    ///
    /// - Throws: The ``StoreError`` or ``MessagingError`` of a part that cannot be read.
    func run(
        _ ledger: Ledger, atMost limit: Duration, progress: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        let start = ContinuousClock.now
        let acknowledged = ledger.acknowledged
        var missing = acknowledged
        var lookedAt = start
        var idleSince: ContinuousClock.Instant?
        while true {
            let (waiting, isExact) = try await waitingMessages()
            let now = ContinuousClock.now
            // Many looks at the stores would slow the workers down that are waited for.
            if waiting == 0 || now - lookedAt > .seconds(2) {
                missing = try await stillMissing(missing, isWorkDone: waiting == 0)
                lookedAt = .now
            }
            progress(Progress(waiting: waiting, missing: missing.count, acknowledged: acknowledged.count))
            if missing.isEmpty { return Outcome(isSettled: true, time: .now - start, waiting: waiting) }
            if waiting == 0, await spooled() ?? 0 == 0 {
                idleSince = idleSince ?? now
            } else {
                idleSince = nil
            }
            let isIdle = idleSince.map { now - $0 >= (isExact ? Self.idleLimit : Self.blindIdleLimit) } ?? false
            if isIdle { return Outcome(isSettled: true, time: .now - start, waiting: 0) }
            if now - start >= limit || Task.isCancelled {
                return Outcome(isSettled: false, time: .now - start, waiting: waiting)
            }
            if idleSince != nil, await areDeadLetters(missing) {
                return Outcome(isSettled: true, time: .now - start, waiting: waiting)
            }
            // Cut short by a cancellation, which the next round notices.
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    private func waitingMessages() async throws -> (count: Int, isExact: Bool) {
        let status = try await pipeline.broker.status(of: queues)
        return (
            status.values.reduce(0) { $0 + $1.messages }, status.values.allSatisfy { $0.unacknowledged != nil }
        )
    }

    /// Those that are not in both stores. Workers store events about in their order: while they work, the look ends where
    /// most are missing.
    private func stillMissing(_ ids: [EventID], isWorkDone: Bool) async throws -> [EventID] {
        var missing: [EventID] = []
        var start = 0
        while start < ids.count {
            let part = Array(ids[start..<min(start + Self.step, ids.count)])
            start += part.count
            let inGraph = try await pipeline.graph.occurrences(of: part)
            let inVectors = try await pipeline.profiles.occurrences(of: part)
            let absent = part.filter { inGraph[$0] == nil || inVectors[$0] == nil }
            missing += absent
            if !isWorkDone, absent.count > part.count / 2 { return missing + ids[start...] }
        }
        return missing
    }

    /// Whether every one of these is a dead letter of some store.
    private func areDeadLetters(_ ids: [EventID]) async -> Bool {
        guard let letters = try? await DeadLetterIDs.read(pipeline) else { return false }
        return ids.allSatisfy { letters.graph.contains($0) || letters.vectors.contains($0) }
    }
}

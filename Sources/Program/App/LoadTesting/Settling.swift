import EventLoops
import Events
import LoadTesting
import Messaging
import Stores
import Workers

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
    struct Progress: Sendable, Hashable {
        /// Messages in work and delay queues.
        var waiting: Int
        /// Acknowledged events that are not in both stores yet, as of the last look.
        var missing: Int
        var acknowledged: Int
    }

    private static let step = 1_000

    let pipeline: Pipeline
    /// Work queues and delay queues.
    let queues: [String]
    /// How many events wait in the server's spool; nil where it has none or does not tell.
    let spooled: @Sendable () async -> Int?
    /// How long queues have to be empty and nothing be stored until what is missing is taken for lost; four times that where
    /// workers may hold messages that the broker does not count.
    var idleLimit = Duration.seconds(10)

    /// What the wait knows.
    private struct Look {
        /// Acknowledged events that were not in both stores when they were looked for.
        var missing: [EventID]
        /// When they were looked for.
        var at: ContinuousClock.Instant
        /// Since when nothing waits anywhere, as far as is known.
        var idleSince: ContinuousClock.Instant?
        var waiting = 0
        /// Whether the broker tells what workers hold.
        var isExact = true
    }

    /// Waits at most for `limit`, or until the task is cancelled. A broker or store that is away is waited for.
    ///
    /// - Throws: The ``StoreError`` or ``MessagingError`` of a part that cannot be read until the end.
    func run(
        _ ledger: Ledger, atMost limit: Duration, progress: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        let start = ContinuousClock.now
        let acknowledged = ledger.acknowledged
        var look = Look(missing: acknowledged, at: start)
        while true {
            var failure: (any Error)?
            do {
                if try await isSettled(&look) {
                    return Outcome(isSettled: true, time: .now - start, waiting: look.waiting)
                }
            } catch {
                (failure, look.idleSince) = (error, nil)
            }
            progress(
                Progress(waiting: look.waiting, missing: look.missing.count, acknowledged: acknowledged.count))
            if .now - start >= limit || Task.isCancelled {
                if let failure { throw failure }
                return Outcome(isSettled: false, time: .now - start, waiting: look.waiting)
            }
            // Cut short by a cancellation, which the next round notices.
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Looks once.
    ///
    /// - Returns: Whether every event is accounted for, or nothing has waited for so long that the rest is lost.
    private func isSettled(_ look: inout Look) async throws -> Bool {
        (look.waiting, look.isExact) = try await waitingMessages()
        let now = ContinuousClock.now
        // Many looks at the stores would slow the workers down that are waited for.
        if look.waiting == 0 || now - look.at > .seconds(2) {
            let before = look.missing.count
            look.missing = try await stillMissing(look.missing, isWorkDone: look.waiting == 0)
            look.at = .now
            // Workers go on with what they hold.
            if look.missing.count < before { look.idleSince = nil }
        }
        if look.missing.isEmpty { return true }
        guard look.waiting == 0, try !isPaused(), await spooled() ?? 0 == 0 else {
            look.idleSince = nil
            return false
        }
        let idleSince = look.idleSince ?? now
        look.idleSince = idleSince
        let limit = look.isExact ? idleLimit : idleLimit * 4
        if now - idleSince >= limit { return true }
        return await areDeadLetters(look.missing)
    }

    /// Whether workers on the data folder hold events and wait for their store.
    private func isPaused() throws -> Bool {
        try pipeline.pauseDirectory.map { try !PauseBoard.read(directory: $0).isEmpty } ?? false
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

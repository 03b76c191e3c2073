package import Events
import JSON
package import Messaging
package import Workers

/// Tells any number of consoles, up to a limit, the state of the pipeline once a second. A snapshot is made once for all
/// of them, and only while somebody looks; the counts of seconds go on, so that whoever comes finds ten minutes.
///
/// Counting needs ``run()``. Safe to use from any task.
package actor ConsoleFeed {
    /// What the feed reads.
    package struct Sources: Sendable {
        package var broker: any Broker
        /// Nil without a spool.
        package var spool: (@Sendable () async throws(MessagingError) -> SpoolStatus)?
        package var workers: @Sendable () -> WorkersState
        /// How many workers of each queue this process has.
        package var workerCounts: [String: Int]
        package var version: String
        package var now: @Sendable () -> Timestamp

        /// Reads the broker; no spool, no workers.
        package init(broker: any Broker, now: @escaping @Sendable () -> Timestamp) {
            self.broker = broker
            self.now = now
            workers = { WorkersState() }
            workerCounts = [:]
            version = ""
        }
    }

    /// A snapshot as JSON, for all that look.
    package struct Frame: Sendable {
        package let number: Int
        package let json: [UInt8]
    }

    /// How many streams there may be at a time.
    package static let viewerLimit = 32
    /// How long a question for one snapshot counts as somebody who looks.
    private static let interest = Duration.seconds(5)
    private static let queues = PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue]

    /// What the feed shows; the pipeline's parts add to it.
    package nonisolated let activity: ActivityRecord
    private let sources: Sources
    private let startedAt: Timestamp
    private nonisolated let viewers = ViewerCount()
    private var askedAt: ContinuousClock.Instant?
    private var number = 0
    private var status = ConsoleSnapshot.Queues.unknown
    private var spool: SpoolStatus?
    private var frame: Frame?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isOver = false

    package init(_ sources: Sources, activity: ActivityRecord = ActivityRecord()) {
        self.sources = sources
        self.activity = activity
        startedAt = sources.now()
    }

    /// Takes a place for a stream, which is free again when the place is released.
    ///
    /// - Returns: Nil when there are as many streams as there may be.
    package nonisolated func enter() -> ConsolePlace? {
        viewers.enter(upTo: Self.viewerLimit) ? ConsolePlace(viewers) : nil
    }

    /// Waits for a snapshot after the one with that number.
    ///
    /// - Returns: Nil when the feed has ended, or the task is cancelled.
    package func next(after number: Int) async -> Frame? {
        while !isOver, !Task.isCancelled {
            if let frame, frame.number > number { return frame }
            // The next second resumes everybody, also those that were cancelled.
            await withCheckedContinuation { waiting.append($0) }
        }
        return nil
    }

    /// The state now; for somebody who asks again and again, that of the current second.
    package func snapshot() async -> Frame {
        let isFresh = isWatched && status != .unknown
        askedAt = .now
        if isFresh, let frame { return frame }
        await readSources()
        return makeFrame(activity.history.last ?? ActivitySecond(at: sources.now()))
    }

    /// The seconds so far, as a JSON array.
    package nonisolated var history: [UInt8] {
        var json = JSONWriter(reserving: 65_536)
        json.array { json in
            for second in activity.history { json.value(second) }
        }
        return json.bytes
    }

    /// Counts seconds, and makes snapshots while somebody looks, until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            // A broker that takes long to answer does not hold up the seconds.
            group.addTask {
                while !Task.isCancelled {
                    if await self.isWatched { await self.readSources() }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            group.addTask {
                var next = ContinuousClock.now
                while !Task.isCancelled {
                    next = max(next + .seconds(1), .now)
                    try? await Task.sleep(until: next, clock: .continuous)
                    if !Task.isCancelled { await self.endSecond() }
                }
            }
        }
        isOver = true
        resumeAll()
    }

    private var isWatched: Bool { viewers.isSomebody || askedAt.map { .now - $0 < Self.interest } ?? false }

    private func readSources() async {
        do throws(MessagingError) {
            status = .counted(try await sources.broker.status(of: Self.queues))
        } catch {
            status = .failed(error.message)
        }
        // A spool that cannot be read is not shown; the publisher reports the failure with the next event.
        spool = try? await sources.spool?()
    }

    /// Ends a second of the record.
    func endSecond() {
        if !isWatched { status = .unknown }
        var depths: [String: Int] = [:]
        if case .counted(let counts) = status { depths = counts.mapValues(\.messages) }
        let second = activity.endSecond(at: sources.now(), depths: depths)
        guard isWatched else { return frame = nil }
        _ = makeFrame(second)
        resumeAll()
    }

    private func makeFrame(_ second: ActivitySecond) -> Frame {
        number += 1
        let snapshot = ConsoleSnapshot(
            number: number, second: second, queues: status, spool: spool, workers: sources.workers(),
            workerCounts: sources.workerCounts,
            uptime: .microseconds(sources.now().microseconds - startedAt.microseconds), version: sources.version,
            samples: activity.samples)
        let frame = Frame(number: number, json: snapshot.json.bytes)
        self.frame = frame
        return frame
    }

    private func resumeAll() {
        let resumed = waiting
        waiting = []
        for continuation in resumed { continuation.resume() }
    }
}

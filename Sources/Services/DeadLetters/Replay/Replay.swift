package import Events
package import Messaging
package import Stores

/// Sends letters back to the work queue in which they failed, and nowhere else.
///
/// A letter leaves the dead-letter queue only when the work queue holds it and the record says so; letters that come in
/// while the replay runs, such as those that fail again, are left alone.
package struct Replay: Sendable {
    package struct Options: Sendable, Hashable {
        package var filter: DeadLetterFilter
        /// Letters per second; nil for as fast as the broker takes them.
        package var rate: Double?
        /// The most letters; nil for all.
        package var limit: Int?
        /// The number of letters that are sent first and waited for; if one fails, the replay stops. 0 for none.
        package var canary = 0
        /// The timeout for the canaries.
        package var canaryTimeout = Duration.seconds(60)

        /// All letters, as fast as the broker takes them, without canaries.
        package init(filter: DeadLetterFilter = DeadLetterFilter()) {
            self.filter = filter
        }
    }

    /// The result of a replay.
    package struct Summary: Sendable, Hashable {
        package internal(set) var matched = 0
        /// Letters that their work queues hold now.
        package internal(set) var sent = 0
        /// Letters that stay because the broker did not take them or the queue in which they failed is unknown.
        package internal(set) var kept = 0
        /// Why the replay ended early; nil if it did not.
        package internal(set) var stopped: String?

        package init() {}
    }

    /// Returns the events of these letters that the store behind the queue has applied.
    package typealias Applied = @Sendable (_ queue: String, _ letters: [DeadLetter]) async throws -> Set<EventID>

    /// Asks the stores behind the work queues. A letter whose id the store has with other content is not applied.
    ///
    /// - Parameter now: Bounds the times of the events.
    package static func applied(
        in graph: any GraphStore, _ profiles: any ProfileStore, now: @escaping @Sendable () -> Timestamp
    ) -> Applied {
        { queue, letters in
            let ids = letters.compactMap(\.eventID)
            let stored =
                queue == PipelineTopology.graphQueue
                ? try await graph.stored(ids) : try await profiles.stored(ids)
            return Set(
                letters.compactMap { letter in
                    guard let event = try? EventMessage.event(in: letter.message, receivedAt: now()),
                        let stored = stored[event.id], stored.conflict(with: event) == nil
                    else { return nil }
                    return event.id
                })
        }
    }

    private static let batch = 500

    private let queue: DeadLetterQueue
    private let record: ReplayRecord
    private let options: Options
    private let applied: Applied
    private let now: @Sendable () -> Timestamp

    /// - Parameter record: A new record, or that of a replay which was interrupted.
    package init(
        _ queue: DeadLetterQueue, record: ReplayRecord, options: Options, applied: @escaping Applied,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.queue = queue
        self.record = record
        self.options = options
        self.applied = applied
        self.now = now
    }

    /// Counts the letters that would be sent, by work queue, and changes nothing.
    package func dryRun() async throws(MessagingError) -> [String: Int] {
        var counts: [String: Int] = [:]
        var left = options.limit ?? .max
        try await queue.look { letter in
            guard left > 0 else { return false }
            guard options.filter.matches(letter) else { return true }
            counts[letter.queue ?? "", default: 0] += 1
            left -= 1
            return true
        }
        return counts
    }

    /// - Parameter progress: Receives the summary so far.
    /// - Throws: ``MessagingError``, or `SystemError` if the record cannot be written. Letters sent before are
    ///   recorded.
    package func run(progress: @Sendable (Summary) -> Void = { _ in }) async throws -> Summary {
        let publisher = try await queue.broker.makePublisher()
        var run = Run(before: try record.sent(), start: .now)
        if options.canary > 0 {
            var canaries: [DeadLetter] = []
            try await pass(upTo: options.canary, &run, publisher, progress) { canaries += $0 }
            // The letters are back in their queue meanwhile: a canary that fails again comes behind all of them.
            if !canaries.isEmpty { run.summary.stopped = try await outcome(of: canaries) }
        }
        if run.summary.stopped == nil {
            run.start = .now
            run.paced = 0
            try await pass(upTo: nil, &run, publisher, progress) { _ in }
        }
        if Task.isCancelled { run.summary.stopped = "interrupted" }
        return run.summary
    }

    private struct Run {
        /// The letters that an interrupted run sent.
        let before: Set<String>
        /// When the pass began, and the letters that it sent.
        var start: ContinuousClock.Instant
        var paced = 0
        var summary = Summary()
        /// The letters that were not sent with the canaries, which the next pass comes upon again.
        var kept: Set<String> = []
    }

    /// Sends the letters of one pass over the queue.
    ///
    /// - Parameter limit: The most letters to send; nil for all.
    private func pass(
        upTo limit: Int?, _ run: inout Run, _ publisher: any Publisher, _ progress: @Sendable (Summary) -> Void,
        sent note: ([DeadLetter]) -> Void
    ) async throws {
        let session = try await queue.open()
        run = try await session.closing { [run] session in
            try await pass(upTo: limit, run, session, publisher, progress, sent: note)
        }
    }

    private func pass(
        upTo limit: Int?, _ run: Run, _ session: DeadLetterSession, _ publisher: any Publisher,
        _ progress: @Sendable (Summary) -> Void, sent note: ([DeadLetter]) -> Void
    ) async throws -> Run {
        var run = run
        var awaited = limit ?? .max
        while !Task.isCancelled, awaited > 0 {
            let left = (options.limit ?? .max) - run.summary.matched
            guard left > 0 else { break }
            // Slow rates take small batches, so that the pace is even.
            let size = options.rate.map { max(1, min(Self.batch, Int($0 / 10))) } ?? Self.batch
            let taken = try await session.next(upTo: min(size, left, awaited))
            if taken.isEmpty { break }
            let matching = taken.filter {
                options.filter.matches($0.letter) && (run.kept.isEmpty || !run.kept.contains($0.letter.id))
            }
            run.summary.matched += matching.count
            // The interrupted run sent these letters but did not reach their removal. (Letters without their bodies
            // were never sent; their ids may belong to other letters.)
            let isOld = matching.map { !run.before.isEmpty && run.before.contains($0.letter.id) }
            let old = zip(matching, isOld).filter { $1 && !$0.letter.message.isBodyLeftOut }.map(\.0)
            try await session.remove(old.map(\.tag))
            run.summary.sent += old.count
            let fresh = zip(matching, isOld).filter { !$1 }.map(\.0)
            let sent = try await send(fresh, publisher, session)
            run.summary.sent += sent.count
            run.summary.kept += fresh.count - sent.count
            progress(run.summary)
            if limit != nil {
                note(sent)
                awaited -= sent.count
                run.kept.formUnion(Set(fresh.map(\.letter.id)).subtracting(sent.map(\.id)))
            }
            if let rate = options.rate, rate > 0 {
                run.paced += sent.count
                try await Task.sleep(until: run.start + .seconds(Double(run.paced) / rate), clock: .continuous)
            }
        }
        return run
    }

    /// - Returns: The letters that their work queues hold now.
    private func send(
        _ taken: [DeadLetterSession.Taken], _ publisher: any Publisher, _ session: DeadLetterSession
    ) async throws -> [DeadLetter] {
        var routed: [(taken: DeadLetterSession.Taken, publication: Publication)] = []
        var lines: [(letter: DeadLetter, outcome: ReplayRecord.Outcome)] = []
        for taken in taken {
            if let publication = taken.letter.publication(replay: record.id) {
                routed.append((taken, publication))
            } else {
                lines.append((taken.letter, .unroutable))
            }
        }
        let outcomes = await publisher.publish(routed.map(\.publication))
        var sent: [DeadLetterSession.Taken] = []
        for (routed, outcome) in zip(routed, outcomes) {
            lines.append((routed.taken.letter, outcome == .confirmed ? .sent : .refused))
            if outcome == .confirmed { sent.append(routed.taken) }
        }
        try record.add(lines, at: now())
        try await session.remove(sent.map(\.tag))
        return sent.map(\.letter)
    }

    /// Waits until the canaries' store has applied them.
    ///
    /// - Returns: Why the replay must not continue; nil if every canary was applied.
    private func outcome(of canaries: [DeadLetter]) async throws -> String? {
        let deadline = ContinuousClock.now + options.canaryTimeout
        var open = canaries
        let bodies = Set(canaries.map(\.message.body))
        var nextLook = ContinuousClock.now
        while ContinuousClock.now < deadline, !Task.isCancelled {
            for (queue, letters) in Dictionary(grouping: open, by: { $0.queue ?? "" }) {
                let done = try await applied(queue, letters)
                let applied = letters.filter { $0.eventID.map(done.contains) ?? false }
                try record.add(applied.map { ($0, .applied) }, at: now())
                open.removeAll { letter in applied.contains { $0.id == letter.id } }
            }
            if open.isEmpty { return nil }
            if ContinuousClock.now >= nextLook {
                let start = ContinuousClock.now
                var back: [DeadLetter] = []
                do throws(MessagingError) {
                    try await queue.look { letter in
                        if letter.replay == record.id, bodies.contains(letter.message.body) { back.append(letter) }
                        return back.count < canaries.count
                    }
                } catch {
                    // Somebody else looks at the letters; the next look is soon enough.
                    guard error.code == .busy else { throw error }
                }
                if let failed = back.first {
                    try record.add(back.map { ($0, .failedAgain) }, at: now())
                    return "a canary failed again, as letter \(failed.id): \(failed.error)"
                }
                // Most of the time others can look at the letters.
                nextLook = .now + (ContinuousClock.now - start) * 4
            }
            do { try await Task.sleep(for: .milliseconds(200)) } catch { break }
        }
        return "\(open.count) of \(canaries.count) canaries were neither applied nor dead-lettered within "
            + "\(options.canaryTimeout): check the workers, then continue with --resume \(record.id)"
    }
}

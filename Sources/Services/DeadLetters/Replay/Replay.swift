package import Events
package import JSON
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
        /// The numbers of letters that are sent before the rest, one step after the other: each is waited for, and if one
        /// of its letters fails, the replay stops.
        package var steps: [Int] = []
        /// The timeout for the canaries of a step.
        package var canaryTimeout = Duration.seconds(60)
        /// A JSON Patch or a JSON Merge Patch, by which each letter's body is changed; letters that it does not fit, or
        /// that are no valid events then, stay.
        package var edit: JSONValue?

        /// A single step; 0 for none.
        package var canary: Int {
            get { steps.first ?? 0 }
            set { steps = newValue > 0 ? [newValue] : [] }
        }

        /// The steps of a replay that begins with one letter. What a step holds is in memory until its end, so that the
        /// rest is not waited for.
        package static let ramp = [1, 2, 5, 20, 100, 500]

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
        /// Letters that stay because the broker did not take them, the queue in which they failed is unknown, or the edit
        /// does not fit them.
        package internal(set) var kept = 0
        /// Letters of the steps that their stores have.
        package internal(set) var verified = 0
        /// How many letters the step that is under way has; nil in the rest.
        package internal(set) var step: Int?
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
    package func dryRun() async throws(MessagingError) -> [String: Int] { try await preview().counts }

    /// Reads the letters that would be sent, edited where that is wanted, and changes nothing.
    package func preview() async throws(MessagingError) -> ReplayPreview {
        var preview = ReplayPreview()
        var left = options.limit ?? .max
        try await queue.look { letter in
            guard left > 0 else { return false }
            guard options.filter.matches(letter) else { return true }
            left -= 1
            do throws(DeadLetter.EditFailure) {
                preview.add(letter, after: try edited(letter))
            } catch {
                preview.add(letter, error.description)
            }
            return true
        }
        return preview
    }

    /// - Parameter progress: Receives the summary so far.
    /// - Throws: ``MessagingError``, or `SystemError` if the record cannot be written. Letters sent before are
    ///   recorded.
    package func run(progress: @Sendable (Summary) -> Void = { _ in }) async throws -> Summary {
        let publisher = try await queue.broker.makePublisher()
        var run = Run(before: try record.sent(), start: .now)
        for step in options.steps where run.summary.stopped == nil && !Task.isCancelled {
            var canaries: [DeadLetter] = []
            run.summary.step = step
            run.start = .now
            run.paced = 0
            try await pass(upTo: step, &run, publisher, progress) { canaries += $0 }
            if canaries.isEmpty { break }
            // The letters are back in their queue meanwhile: a canary that fails again comes behind all of them.
            run.summary.stopped = try await outcome(of: canaries)
            if run.summary.stopped == nil { run.summary.verified += canaries.count }
            progress(run.summary)
        }
        run.summary.step = nil
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
            let body: [UInt8]?
            do throws(DeadLetter.EditFailure) { body = try edited(taken.letter) } catch {
                lines.append((taken.letter, .unfit))
                continue
            }
            if let publication = taken.letter.publication(replay: record.id, body: body) {
                routed.append((taken, publication))
            } else {
                lines.append((taken.letter, .unroutable))
            }
        }
        let outcomes = await publisher.publish(routed.map(\.publication))
        var sent: [(tag: DeliveryTag, letter: DeadLetter)] = []
        for (routed, outcome) in zip(routed, outcomes) {
            let letter = routed.taken.letter
            lines.append((letter, outcome == .confirmed ? .sent : .refused))
            guard outcome == .confirmed else { continue }
            // What the store is to have is what was sent.
            let message = routed.publication.message
            let isEdited = options.edit != nil
            sent.append((routed.taken.tag, isEdited ? letter.replacing(message) : letter))
        }
        try record.add(lines, at: now())
        try await session.remove(sent.map(\.tag))
        return sent.map(\.letter)
    }

    /// The body of an edited letter; nil where nothing is to be changed.
    private func edited(_ letter: DeadLetter) throws(DeadLetter.EditFailure) -> [UInt8]? {
        guard let edit = options.edit else { return nil }
        return try letter.edited(by: edit, now: now())
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

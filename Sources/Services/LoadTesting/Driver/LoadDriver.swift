package import EventLoops
package import Events
import FileImport
import Platform

/// Sends the events of a load test over some connections at once, and counts what comes back.
///
/// An actor on the event loop of its senders: no call between them changes threads.
package actor LoadDriver: EventLoopActor {
    /// How long no connection may be had before the driver gives up.
    private let connectTimeout: Duration
    /// What timers of the loop are exact to, in nanoseconds.
    private static let loopTolerance: Int64 = 1_000_000
    private static let reconnecting = Backoff(initial: .milliseconds(20), maximum: .seconds(1))

    package nonisolated let executor: EventLoop
    private var schedule: SendSchedule
    private let source: LoadSource
    private var events: LoadEvents
    private let ledger: LedgerWriter
    private let now: @Sendable () -> Timestamp
    private let pages = Turns()

    private var tally = LoadTally()
    private var recorded = RecordedEvents()
    private var recordedPace = RecordedPace(speed: 1)
    private var start: Int64 = 0
    private var lastConnected: Int64 = 0
    private var isStopped = false
    private var wasCancelled = false
    private var failure: String?

    /// - Parameters:
    ///   - events: Gives ids and repetitions.
    ///   - connectTimeout: How long no connection may be had before the driver gives up.
    ///   - now: The wall clock.
    package init(
        _ schedule: SendSchedule, _ source: LoadSource, _ events: LoadEvents, ledger: LedgerWriter,
        executor: EventLoop, connectTimeout: Duration = .seconds(30), now: @escaping @Sendable () -> Timestamp
    ) {
        self.schedule = schedule
        self.source = source
        self.events = events
        self.ledger = ledger
        self.executor = executor
        self.connectTimeout = connectTimeout
        self.now = now
        if case .recorded(let speed) = schedule.pace { recordedPace = RecordedPace(speed: speed) }
    }

    /// Sends until all is sent. Cancelling the task ends it earlier: requests that are under way are waited for.
    ///
    /// - Parameters:
    ///   - senders: One for each connection; on the executor.
    ///   - progress: Called some times a second, on the executor, with the time since the start in seconds.
    package func run(
        _ senders: [any EventSender], progress: @escaping @Sendable (LoadTally, Double) -> Void = { _, _ in }
    ) async -> LoadResult {
        let startedAt = now()
        let processor = ProcessStatistics.current().processorTime
        start = MonotonicClock.nanoseconds()
        lastConnected = 0
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.report(to: progress) }
                await withDiscardingTaskGroup { workers in
                    for sender in senders { workers.addTask { await self.work(sender) } }
                }
                isStopped = true
            }
        } onCancel: {
            enterLater { driver in
                driver.wasCancelled = !driver.isStopped
                driver.isStopped = true
            }
        }
        let time = Duration.nanoseconds(elapsed)
        let share = (ProcessStatistics.current().processorTime - processor).seconds / max(time.seconds, 1e-9)
        return LoadResult(
            tally: tally, offered: max(schedule.offered ?? tally.sent, tally.sent), startedAt: startedAt, time: time,
            processorShare: share, failure: failure, wasStopped: wasCancelled)
    }

    /// Since the start, in nanoseconds.
    private var elapsed: Int64 { MonotonicClock.nanoseconds() - start }

    private func work(_ sender: any EventSender) async {
        while await isReady(sender), let slot = schedule.next(at: elapsed) {
            guard await send(slot, over: sender) else { break }
        }
        await sender.close()
    }

    /// - Returns: False at the end of a recording, and if nothing more is to be sent.
    private func send(_ slot: SendSchedule.Slot, over sender: any EventSender) async -> Bool {
        let readyAt = elapsed
        var dueAt = slot.dueAt
        var taken: [(event: Event, isRepetition: Bool)] = []
        if case .recording = source {
            taken = await take(slot.count)
            if case .recorded = schedule.pace, let last = taken.last { dueAt = recordedPace.due(last.event.time) }
            if taken.isEmpty { return false }
        }
        if let dueAt { await pause(until: dueAt) }
        // The server may have closed the connection meanwhile.
        guard await isReady(sender) else { return false }
        if taken.isEmpty {
            let moment = now()
            taken = (0..<slot.count).map { _ in events.next(at: moment) }
        }
        await send(taken, slot, dueAt: dueAt, readyAt: readyAt, over: sender)
        return true
    }

    private func send(
        _ taken: [(event: Event, isRepetition: Bool)], _ slot: SendSchedule.Slot, dueAt: Int64?, readyAt: Int64,
        over sender: any EventSender
    ) async {
        let bodies = taken.map { $0.event.encoded() }
        let moment = now()
        do throws(SystemError) {
            try await ledger.write(bodies.flatMap { LedgerText.attempt($0, at: moment) })
        } catch {
            return stop("the ledger cannot be written: \(error)")
        }
        tally.sending(taken.count, repetitions: taken.count { $0.isRepetition })
        var answer = await sender.send(bodies)
        answer.sentAt -= start
        answer.endedAt -= start
        tally.ended(answer, slot, count: taken.count, dueAt: dueAt, readyAt: readyAt)
        ledger.writeSoon(LedgerText.outcome(answer.outcome.ofAttempt, of: taken.map(\.event)))
    }

    /// Connects the sender, if need be again and again.
    ///
    /// - Returns: False if nothing more is to be sent.
    private func isReady(_ sender: any EventSender) async -> Bool {
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        while !isStopped {
            do throws(SendFailure) {
                try await sender.open()
                lastConnected = elapsed
                if failures > 0 { tally.reconnections += 1 }
                return !isStopped
            } catch {
                failures += 1
                guard elapsed - lastConnected < connectTimeout.wholeNanoseconds else {
                    stop("the server cannot be reached any more: \(error)")
                    return false
                }
                let delay = Self.reconnecting.delay(afterFailures: failures, using: &generator)
                await pause(until: elapsed + delay.wholeNanoseconds)
            }
        }
        return false
    }

    private func stop(_ reason: String) {
        isStopped = true
        failure = failure ?? reason
    }

    /// Takes recorded events; fewer at the end of the recording.
    private func take(_ count: Int) async -> [(event: Event, isRepetition: Bool)] {
        await pages.withTurn {
            var taken: [(event: Event, isRepetition: Bool)] = []
            while taken.count < count {
                if let event = recorded.next() {
                    taken.append(events.next(for: event))
                } else if recorded.needsPage {
                    await turnPage()
                } else {
                    break
                }
            }
            return taken
        }
    }

    private func turnPage() async {
        guard case .recording(let pages) = source else { return recorded.take(nil) }
        do {
            recorded.take(try await pages.next())
        } catch {
            recorded.take(nil)
            if !(error is CancellationError) { stop("\(error)") }
        }
    }

    /// Waits for a time since the start, or until the driver is stopped.
    private func pause(until time: Int64) async {
        while !isStopped {
            let rest = time - elapsed
            if rest <= 0 { return }
            if isBusy || rest > 2 * Self.loopTolerance {
                await sleep(isBusy ? rest : rest - Self.loopTolerance)
            } else {
                // Exact to some ten microseconds, at ten times the price. Cut short by a cancellation, which stops the
                // driver as well.
                try? await Task.sleep(for: .nanoseconds(rest))
            }
        }
    }

    /// Whether requests follow each other so closely that the loop, which looks at its timers whenever it wakes, is exact by
    /// itself.
    private var isBusy: Bool {
        if case .rate(let rate) = schedule.pace { rate / Double(schedule.batch) > 4_000 } else { false }
    }

    private func sleep(_ time: Int64) async {
        await withCheckedContinuation { continuation in
            _ = executor.schedule(after: .nanoseconds(min(time, 100_000_000))) { continuation.resume() }
        }
    }

    private func report(to progress: @Sendable (LoadTally, Double) -> Void) async {
        while !isStopped {
            progress(tally, Double(elapsed) / 1e9)
            await pause(until: elapsed + 200_000_000)
        }
    }
}

extension SendAnswer.Outcome {
    fileprivate var ofAttempt: Attempt.Outcome {
        switch self {
        case .accepted: .acknowledged
        case .refused(let status, _): .refused(status)
        case .indeterminate: .indeterminate
        }
    }
}

import Dispatch
import EventLoops
import Messaging
import Synchronization

extension QueueEngine {
    /// When a turn is due without a request.
    struct Schedule: Sendable {
        /// Without waiting consumers, other processes matter only when messages expire or the processes die.
        private static let calmPollInterval: Duration = .seconds(1)
        /// The shortest time between checks of other processes, however busy they are.
        private static let surveyInterval: Duration = .milliseconds(50)

        /// When the timer fires; nil while no timer is set.
        var wake: ContinuousClock.Instant?
        /// The timers that have not fired yet, of which one is the timer of ``wake``.
        var timers = 0
        /// When to check whether another process has written.
        private(set) var poll = ContinuousClock.now
        private var pollInterval = Duration.zero
        /// SQLite's number of the last commit by others at the last check, and the time of that check.
        private var surveyed: (dataVersion: Int, at: ContinuousClock.Instant)?
        /// When to retry what failed.
        var retry: ContinuousClock.Instant?

        /// Whether other processes have written, or the last check is long ago.
        func isSurveyDue(dataVersion: Int) -> Bool {
            guard let surveyed else { return true }
            let elapsed = ContinuousClock.now - surveyed.at
            return elapsed >= Self.calmPollInterval
                || surveyed.dataVersion != dataVersion && elapsed >= Self.surveyInterval
        }

        mutating func sessionDied() {
            surveyed = nil
        }

        /// Records a turn that succeeded. The turn has served everybody who waits, so the next poll is due an interval
        /// later; the interval is short while something happens.
        mutating func turnEnded(_ turn: EngineTurn, idleInterval: Duration) {
            let now = ContinuousClock.now
            let isForeign = surveyed?.dataVersion != turn.dataVersion
            if turn.isSurvey { surveyed = (turn.dataVersion, now) }
            let isQuick = isForeign || !turn.batch.isEmpty
            pollInterval = isQuick ? idleInterval / 10 : min(pollInterval * 1.5, idleInterval)
            poll = now + (turn.state.waits.isEmpty ? Self.calmPollInterval : pollInterval)
            retry = nil
        }
    }

    /// Does the timer's work, unless an earlier timer has been set since, which does it and sets the next one. Otherwise
    /// each timer would have a successor for ever, and each turn would add one.
    private func timerFired(_ due: ContinuousClock.Instant) {
        let isCurrent = core.withLock { core in
            core.schedule.timers -= 1
            return core.schedule.wake == due
        }
        if isCurrent { tick() }
    }

    private func tick() {
        let (isPollDue, sessions) = core.withLock { core in
            core.schedule.wake = nil
            return (ContinuousClock.now >= core.schedule.poll, core.state.otherSessions)
        }
        if isPollDue, sessions.contains(where: { !SessionLock.isAlive($0, sessionDirectory) }) {
            core.withLock { $0.schedule.sessionDied() }
        }
        if isPollDue || isWorkDue { requestTurn() }
        setTimer()
    }

    /// Whether there is work that no caller asked for.
    var isWorkDue: Bool {
        core.withLock { core in
            let now = ContinuousClock.now
            if let retry = core.schedule.retry { return now >= retry }
            if !core.state.overfull.isEmpty { return true }
            if core.state.waits.contains(where: { wait in wait.deadline.map { now >= $0 } ?? false }) { return true }
            guard let expiry = core.state.expiries.values.min() else { return false }
            return expiry < configuration.now()
        }
    }

    /// Sets the timer for the next event, unless a timer fires before that anyway. A timer that was set for later still
    /// fires, and finds nothing to do.
    func setTimer() {
        let now = ContinuousClock.now
        let next: ContinuousClock.Instant? = core.withLock { core in
            guard !core.state.isClosing else { return nil }
            var next = core.schedule.poll
            for wait in core.state.waits { next = min(next, wait.deadline ?? next) }
            if let expiry = core.state.expiries.values.min() {
                next = min(next, now + .milliseconds(min(max(expiry - configuration.now() + 1, 1), 60_000)))
            }
            // While the storage fails, nothing else helps.
            if let retry = core.schedule.retry { next = retry }
            next = max(next, now + .milliseconds(1))
            // One that is due already fires at once.
            if let wake = core.schedule.wake, wake <= next { return nil }
            core.schedule.wake = next
            core.schedule.timers += 1
            return next
        }
        guard let next else { return }
        let delay = DispatchTimeInterval.nanoseconds(Int((next - now).wholeNanoseconds))
        timerQueue.asyncAfter(deadline: .now() + delay) { [weak self] in
            self?.timerFired(next)
        }
    }

    /// For tests with a manual clock.
    func timeDidChange() {
        tick()
    }
}

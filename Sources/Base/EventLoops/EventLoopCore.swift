import Glibc
import Synchronization

/// The state of an ``EventLoop``, which its thread keeps while it runs.
final class EventLoopCore: Sendable {
    /// Work that waits. It keeps its executor alive until it has run.
    enum Work: Sendable {
        case job(UnownedJob, EventLoop)
        case taskJob(UnownedJob, EventLoopTaskExecutor)
        case body(@Sendable () -> Void)

        func run() {
            switch self {
            case .job(let job, let loop): job.runSynchronously(on: loop.asUnownedSerialExecutor())
            case .taskJob(let job, let executor): job.runSynchronously(on: executor.asUnownedTaskExecutor())
            case .body(let body): body()
            }
        }
    }

    private struct Timer {
        /// On ``MonotonicClock``, in nanoseconds.
        let deadline: Int64
        let id: EventLoopTimer
        let body: @Sendable () -> Void
    }

    private struct State {
        var work: [Work] = []
        /// Sorted by deadline.
        var timers: [Timer] = []
        var lastTimer: UInt64 = 0
        /// The armed watches: so few that passing all of them to `poll` each time costs less than registering changes.
        var watches: [DescriptorWatch] = []
        /// Whether the thread waits in `poll`.
        var isAsleep = false
        var isStopped = false

        /// Whether the thread has to be woken to notice a change; to be asked once after each change.
        mutating func needsWakeup() -> Bool {
            defer { isAsleep = false }
            return isAsleep
        }

        /// Moves what has to run now into `batch`, which is empty.
        mutating func take(into batch: inout [Work]) {
            swap(&batch, &work)
            guard !timers.isEmpty else { return }
            let now = MonotonicClock.nanoseconds()
            let due = timers.prefix { $0.deadline <= now }
            guard !due.isEmpty else { return }
            batch += due.map { .body($0.body) }
            timers.removeFirst(due.count)
        }

        /// How many milliseconds `poll` may take; -1 for any time.
        var timeout: Int32 {
            if !work.isEmpty { return 0 }
            guard let next = timers.first else { return -1 }
            let rest = max(0, next.deadline - MonotonicClock.nanoseconds())
            return Int32(clamping: (rest + 999_999) / 1_000_000)
        }
    }

    /// How many times in a row new work goes before descriptors.
    private static let roundsPerTurn = 16

    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    private let wakeup = WakeupPipe()

    // MARK: From any thread

    /// Whether the caller runs on the loop's thread.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == LoopThread.current }

    func start(label: String) {
        LoopThread.start(label: label) { self.run() }
    }

    /// Ends the thread once the work that waits already has run.
    func stop() {
        change { $0.isStopped = true }
    }

    func append(_ work: Work) {
        change { $0.work.append(work) }
    }

    func addTimer(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> EventLoopTimer {
        let deadline = MonotonicClock.nanoseconds() + delay.wholeNanoseconds
        return change { state in
            state.lastTimer += 1
            let timer = Timer(deadline: deadline, id: EventLoopTimer(id: state.lastTimer), body: body)
            let index = state.timers.lastIndex { $0.deadline <= deadline }.map { $0 + 1 } ?? 0
            state.timers.insert(timer, at: index)
            return timer.id
        }
    }

    func cancel(_ timer: EventLoopTimer) {
        // Released outside of the lock: the end of what the closure holds may call this loop.
        let removed = state.withLock { state in
            state.timers.firstIndex { $0.id == timer }.map { state.timers.remove(at: $0).body }
        }
        _ = consume removed
    }

    func arm(_ watch: DescriptorWatch) {
        change { state in
            guard watch.becomeArmed() else { return }
            state.watches.append(watch)
        }
    }

    func disarm(_ watch: DescriptorWatch, forGood: Bool) {
        // A thread that waits is woken here too: until `poll` returns, the system keeps the descriptor's file open.
        change { state in
            guard watch.becomeDisarmed(forGood: forGood) else { return }
            state.watches.removeAll { $0 === watch }
        }
    }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, needsWakeup) = state.withLock { state in (body(&state), state.needsWakeup()) }
        if needsWakeup { wakeup.wake() }
        return result
    }

    // MARK: The thread

    private func run() {
        thread.store(LoopThread.current, ordering: .relaxed)
        var batch: [Work] = []
        var descriptors: [pollfd] = []
        while true {
            for _ in 0..<Self.roundsPerTurn {
                state.withLock { $0.take(into: &batch) }
                if batch.isEmpty { break }
                for work in batch { work.run() }
                batch.removeAll(keepingCapacity: true)
            }
            let next = state.withLock { state -> (watches: [DescriptorWatch], timeout: Int32)? in
                if state.isStopped, state.work.isEmpty { return nil }
                let timeout = state.timeout
                state.isAsleep = timeout != 0
                return (state.watches, timeout)
            }
            guard let next else { return }
            wait(for: next.watches, next.timeout, &descriptors)
        }
    }

    private func wait(for watches: [DescriptorWatch], _ timeout: Int32, _ descriptors: inout [pollfd]) {
        descriptors.removeAll(keepingCapacity: true)
        for watch in watches { descriptors.append(watch.request) }
        descriptors.append(wakeup.request)
        let count = poll(&descriptors, nfds_t(descriptors.count), wakeup.bounded(timeout))
        if timeout != 0 { state.withLock { $0.isAsleep = false } }
        guard count > 0 else { return }
        if descriptors[watches.count].revents != 0 { wakeup.drain() }
        for (watch, descriptor) in zip(watches, descriptors) where descriptor.revents != 0 { watch.happened() }
    }
}

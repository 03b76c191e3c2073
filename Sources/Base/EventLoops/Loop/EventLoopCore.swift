import CLinux
import Glibc
import Synchronization

/// The state of an ``EventLoop``, which its thread keeps while it runs.
final class EventLoopCore: Sendable {
    /// Work that waits. It keeps its executor alive until it has run.
    enum Work: Sendable {
        case job(UnownedJob, EventLoop)
        case taskJob(UnownedJob, EventLoopTaskExecutor)
        case body(@Sendable () -> Void)
        case timer(UInt64, @Sendable () -> Void)

        func run(on core: EventLoopCore) {
            switch self {
            case .job(let job, let loop): job.runSynchronously(on: loop.asUnownedSerialExecutor())
            case .taskJob(let job, let executor): job.runSynchronously(on: executor.asUnownedTaskExecutor())
            case .body(let body): body()
            // The work before it may have cancelled it.
            case .timer(let id, let body): if core.isStillDue(id) { body() }
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
        /// Timers whose time has come and that have not run yet.
        var dueTimers: Set<UInt64> = []
        var descriptors: DescriptorTable
        /// Whether the thread waits for descriptors.
        var isAsleep = false
        var isStopped = false

        init(apply: @escaping @Sendable (DescriptorTable.Change) -> Int32) {
            descriptors = DescriptorTable(apply: apply)
        }

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
            for timer in due {
                dueTimers.insert(timer.id.id)
                batch.append(.timer(timer.id.id, timer.body))
            }
            timers.removeFirst(due.count)
        }

        /// How many milliseconds the wait for descriptors may take; -1 for any time.
        var timeout: Int32 {
            if !work.isEmpty { return 0 }
            guard let next = timers.first else { return -1 }
            let rest = max(0, next.deadline - MonotonicClock.nanoseconds())
            return Int32(clamping: (rest + 999_999) / 1_000_000)
        }
    }

    /// How many times in a row new work goes before descriptors.
    private static let roundsPerTurn = 16

    /// How long a watch waits that the system had no memory for.
    private static let retryDelay = Duration.milliseconds(100)
    /// The descriptor number that no file has, for the wake-up in the system's events.
    private static let wakeupID = UInt64.max
    /// How many descriptors are handled between two looks at the work that waits.
    private static let eventsPerTurn = 256

    private let epoll: Int32
    private let state: Mutex<State>
    private let thread = Atomic<UInt>(0)
    private let wakeup = Wakeup()

    /// - Parameter apply: Changes what an epoll instance watches.
    init(apply: @escaping @Sendable (DescriptorTable.Change, _ epoll: Int32) -> Int32 = { $0.apply(to: $1) }) {
        let epoll = clinux_epoll_open()
        precondition(epoll >= 0, "no descriptor is left for an event loop (error \(errno))")
        self.epoll = epoll
        state = Mutex(State { apply($0, epoll) })
        let code = clinux_epoll_add(epoll, wakeup.descriptor, clinux_readable, Self.wakeupID)
        precondition(code == 0, "an event loop cannot watch its own descriptor (error \(errno))")
    }

    deinit {
        close(epoll)
    }

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
            state.dueTimers.remove(timer.id)
            return state.timers.firstIndex { $0.id == timer }.map { state.timers.remove(at: $0).body }
        }
        _ = consume removed
    }

    // The system takes changes while the thread waits: nothing of these wakes it.

    fileprivate func isStillDue(_ timer: UInt64) -> Bool {
        state.withLock { $0.dueTimers.remove(timer) != nil }
    }

    func arm(_ watch: DescriptorWatch) {
        let isWatched = state.withLock { !watch.becomeArmed() || $0.descriptors.add(watch) }
        if !isWatched { retryLater() }
    }

    /// The system has no memory for a watch: it is asked again until it has.
    private func retryLater() {
        _ = addTimer(after: Self.retryDelay) { [weak self] in
            guard let self else { return }
            if !state.withLock({ $0.descriptors.retry() }) { retryLater() }
        }
    }

    func disarm(_ watch: DescriptorWatch, forGood: Bool) {
        state.withLock { state in
            if watch.becomeDisarmed(forGood: forGood) || forGood {
                state.descriptors.remove(watch, forGood: forGood)
            }
        }
    }

    /// - Returns: Whether the system has taken the descriptor.
    func add(_ watch: ReadinessWatch) -> Bool {
        state.withLock { $0.descriptors.add(watch) }
    }

    func forget(_ watch: ReadinessWatch) {
        state.withLock { $0.descriptors.remove(watch) }
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
        var events = [clinux_event](repeating: clinux_event(), count: Self.eventsPerTurn)
        var targets: [DescriptorTable.Target] = []
        while true {
            for _ in 0..<Self.roundsPerTurn {
                state.withLock { $0.take(into: &batch) }
                if batch.isEmpty { break }
                for work in batch { work.run(on: self) }
                batch.removeAll(keepingCapacity: true)
            }
            let timeout = state.withLock { state -> Int32? in
                if state.isStopped, state.work.isEmpty { return nil }
                let timeout = state.timeout
                state.isAsleep = timeout != 0
                return timeout
            }
            guard let timeout else { return }
            wait(timeout, &events, &targets)
        }
    }

    private func wait(_ timeout: Int32, _ events: inout [clinux_event], _ targets: inout [DescriptorTable.Target]) {
        let count = Int(clinux_epoll_wait(epoll, &events, Int32(events.count), timeout))
        state.withLock { state in
            state.isAsleep = false
            for event in events[..<count] where event.id != Self.wakeupID {
                state.descriptors.take(event, into: &targets)
            }
        }
        for event in events[..<count] where event.id == Self.wakeupID { wakeup.reset() }
        for target in targets { target.tell() }
        targets.removeAll(keepingCapacity: true)
    }
}

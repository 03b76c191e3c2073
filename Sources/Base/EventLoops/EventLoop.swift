/// Runs an actor's jobs on one thread, which also waits for descriptors and timers: what a socket brings, the actor that
/// reads it, and the tasks that prefer this executor all run without a change of threads. Over a dispatch queue each
/// event would wake two: the one that waits for descriptors, and one that runs the queue.
///
/// For sockets, whose work never blocks. What blocks (a commit, a transfer) belongs on a ``QueueExecutor``.
///
/// Safe to use from any thread. Several actors may share one. The thread ends when the last reference to the loop is
/// gone; work that waits, and descriptors that are watched, do not keep it.
public final class EventLoop: SerialExecutor {
    let core: EventLoopCore

    /// Starts the thread, named `label` (on Linux its first 15 bytes) in debuggers and profilers.
    ///
    /// Traps when the system has no thread to give, as Swift's own pool does.
    public init(label: String) {
        core = EventLoopCore()
        core.start(label: label)
    }

    deinit {
        core.stop()
    }

    /// Schedules `job` behind the jobs that wait already.
    public func enqueue(_ job: consuming ExecutorJob) {
        core.append(.job(UnownedJob(job), self))
    }

    /// Traps unless the caller runs on the loop; `assumeIsolated` relies on it in callbacks from C and in handlers.
    public func checkIsolated() {
        precondition(core.isCurrent, "not on the event loop")
    }

    /// Whether the caller runs on the loop.
    public var isCurrent: Bool { core.isCurrent }

    /// Runs `body` on the loop, behind what waits already.
    public func schedule(_ body: @escaping @Sendable () -> Void) {
        core.append(.body(body))
    }

    /// Runs `body` on the loop once `delay` has passed, up to a millisecond later if the loop is idle.
    ///
    /// - Returns: what ``cancel(_:)`` takes.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> EventLoopTimer {
        core.addTimer(after: delay, body)
    }

    /// A timer that has not fired yet never will, and lets go of what it would have run.
    public func cancel(_ timer: EventLoopTimer) {
        core.cancel(timer)
    }

    /// Calls `handler` on the loop whenever `descriptor` is ready for `event`, as long as that is so, from
    /// ``DescriptorWatch/arm()`` on. Errors and hang-ups count as readiness: the next call on the descriptor tells.
    public func watch(
        _ descriptor: Int32, for event: DescriptorWatch.Event, handler: @escaping @Sendable () -> Void
    ) -> DescriptorWatch {
        DescriptorWatch(descriptor, event, handler: handler, core: core)
    }
}

/// Names a timer of an ``EventLoop``.
public struct EventLoopTimer: Sendable, Hashable {
    let id: UInt64
}

/// Runs what a task does outside of actors on an event loop rather than on Swift's pool, for tasks that mostly call
/// actors of that loop: a call then changes no thread. While the task computes, the loop has to wait.
///
/// It is not the loop itself because a task that prefers another executor than its job was started with goes through the
/// queue once more at each call between actors, and the loop cannot tell such tasks from others.
///
/// Safe to use from any thread.
public final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: EventLoop

    /// Shares the thread of `loop`.
    public init(sharing loop: EventLoop) {
        self.loop = loop
    }

    /// Schedules `job` behind the jobs that wait already.
    public func enqueue(_ job: consuming ExecutorJob) {
        loop.core.append(.taskJob(UnownedJob(job), self))
    }
}

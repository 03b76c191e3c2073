/// Runs the jobs of actors on one thread, which also waits for descriptors and timers.
///
/// A socket's bytes, the actor that reads them, and the tasks that prefer the loop (``EventLoopTaskExecutor``) all run
/// without a change of threads. Over a dispatch queue each event would wake two threads: one that waits for descriptors,
/// and one that runs the queue.
///
/// Use it for sockets, whose work never blocks: while a job runs, everything else on the loop waits. What blocks (a
/// commit, a transfer) belongs on a ``QueueExecutor``. Several actors may share a loop, and call each other by
/// `assumeIsolated` then.
///
/// The thread ends when the last reference to the loop is gone. Closures that were scheduled before still run; timers
/// that are not due and watches of descriptors do not keep the thread.
///
/// Safe to use from any thread.
public final class EventLoop: SerialExecutor {
    let core: EventLoopCore

    /// Starts the thread.
    ///
    /// Traps when the system cannot start a thread, as Swift's own pool does, or has not two descriptors left.
    ///
    /// - Parameter label: The name of the thread in debuggers and profilers, which show its first 15 bytes.
    public convenience init(label: String) {
        self.init(label: label, EventLoopCore())
    }

    init(label: String, _ core: EventLoopCore) {
        self.core = core
        core.start(label: label)
    }

    deinit {
        core.stop()
    }

    /// Runs a job on the loop, behind what waits already. Called by Swift's runtime.
    ///
    /// - Parameter job: A piece of an actor's work.
    public func enqueue(_ job: consuming ExecutorJob) {
        core.append(.job(UnownedJob(job), self))
    }

    /// Traps unless the caller runs on the loop. `assumeIsolated` calls this method in callbacks from C and in handlers.
    public func checkIsolated() {
        precondition(core.isCurrent, "the caller is not on the event loop")
    }

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { core.isCurrent }

    /// Runs a closure on the loop, behind what waits already.
    ///
    /// The closures that one thread schedules run in their order.
    ///
    /// - Parameter body: Called once, on the loop's thread; it must not block.
    public func schedule(_ body: @escaping @Sendable () -> Void) {
        core.append(.body(body))
    }

    /// Runs a closure on the loop after a delay.
    ///
    /// - Parameters:
    ///   - delay: When the closure runs at the earliest, from now on. An idle loop runs it up to a millisecond later, a
    ///     busy one when its turn comes. A negative delay counts as none.
    ///   - body: Called once at most, on the loop's thread; it must not block.
    /// - Returns: The name of the timer, which ``cancel(_:)`` takes.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> EventLoopTimer {
        core.addTimer(after: delay, body)
    }

    /// Cancels a timer that has not fired yet, and releases its closure.
    ///
    /// On the loop the closure never runs after this call; on another thread it may be running already.
    ///
    /// - Parameter timer: A timer of this loop. One that has fired is left alone.
    public func cancel(_ timer: EventLoopTimer) {
        core.cancel(timer)
    }

    /// Makes a watch of a descriptor, which begins with ``DescriptorWatch/arm()``.
    ///
    /// While the watch is armed and the descriptor is ready, the handler is called again and again: read or write, or
    /// disarm. Errors and hang-ups count as readiness; the next read or write reports them.
    ///
    /// - Parameters:
    ///   - descriptor: The descriptor of a socket or pipe, open until the watch is cancelled.
    ///   - event: What to wait for.
    ///   - handler: Called on the loop's thread; it must not block.
    /// - Returns: The watch, which is not armed.
    public func watch(
        _ descriptor: Int32, for event: DescriptorWatch.Event, handler: @escaping @Sendable () -> Void
    ) -> DescriptorWatch {
        DescriptorWatch(descriptor, event, handler: handler, core: core)
    }

    /// Watches a socket for changes of its readiness in both directions, from now on.
    ///
    /// What is there already is the first change. No ``DescriptorWatch`` may watch the same descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: The descriptor of a socket that does not block, open until the watch is cancelled.
    ///   - handler: Called on the loop's thread once for each change; it must not block.
    /// - Returns: The watch; nil when the system has no room for one more.
    public func watchChanges(
        of descriptor: Int32, handler: @escaping @Sendable (ReadinessWatch.Changes) -> Void
    ) -> ReadinessWatch? {
        let watch = ReadinessWatch(descriptor, handler: handler, core: core)
        return core.add(watch) ? watch : nil
    }
}

/// Names a timer of an ``EventLoop``, for ``EventLoop/cancel(_:)``. A value, safe to use from any thread.
public struct EventLoopTimer: Sendable, Hashable {
    let id: UInt64
}

/// Runs what a task does outside of actors on an event loop rather than on Swift's pool.
///
/// Meant for tasks that mostly call actors of that loop: such a call then changes no thread. While the task computes,
/// the loop waits.
///
/// ```swift
/// await withTaskExecutorPreference(EventLoopTaskExecutor(sharing: loop)) { await talk(to: connection) }
/// ```
///
/// The type is separate from ``EventLoop`` because a task that prefers another executor than its job was started with
/// goes through the queue once more at each call between actors, and the loop cannot distinguish such tasks.
///
/// Safe to use from any thread.
public final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: EventLoop

    /// Makes an executor that shares the thread of a loop.
    ///
    /// - Parameter loop: The loop, which lives at least as long as this executor.
    public init(sharing loop: EventLoop) {
        self.loop = loop
    }

    /// Runs a job on the loop, behind what waits already. Called by Swift's runtime.
    ///
    /// - Parameter job: A piece of a task's work.
    public func enqueue(_ job: consuming ExecutorJob) {
        loop.core.append(.taskJob(UnownedJob(job), self))
    }
}

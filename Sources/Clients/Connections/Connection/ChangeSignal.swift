public import EventLoops
import Synchronization

/// Wakes the tasks that wait for anything about an actor to change; each then looks for itself. Safe to use from any
/// thread.
public final class ChangeSignal: Sendable {
    private let loop: EventLoop
    private let waiters = Mutex(Waiters<Void>())

    /// A signal whose timeouts run on `loop`.
    public init(loop: EventLoop) {
        self.loop = loop
    }

    /// Wakes all who wait.
    public func changed() {
        for waiter in waiters.withLock({ $0.removeAll() }) { waiter.resume() }
    }

    /// Waits for the next change, for `timeout`, or for the cancellation of the task, whichever comes first; returns at
    /// once in a cancelled task.
    ///
    /// Runs on the caller's actor until it waits, so that a caller who has looked at the actor's state misses no change
    /// of it.
    public nonisolated(nonsending) func wait(timeout: Duration? = nil) async {
        let id = waiters.withLock { $0.nextID() }
        let wake: @Sendable () -> Void = { self.waiters.withLock { $0.remove(id) }?.resume() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = waiters.withLock { waiters in
                    // Asked within the lock: a cancellation before it finds nobody to wake.
                    if Task.isCancelled { return false }
                    waiters.enter(continuation, id)
                    return true
                }
                guard waits else { return continuation.resume() }
                if let timeout { loop.schedule(after: timeout, wake) }
            }
        } onCancel: {
            wake()
        }
    }

    /// Waits until `isDone` says so, which is asked now and after each change; until `deadline`, or for the cancellation
    /// of the task.
    ///
    /// - Returns: whether it is done.
    public nonisolated(nonsending) func wait(
        until deadline: ContinuousClock.Instant, for isDone: () -> Bool
    ) async -> Bool {
        while !isDone() {
            let rest = deadline - .now
            guard rest > .zero, !Task.isCancelled else { return false }
            await wait(timeout: rest)
        }
        return true
    }
}

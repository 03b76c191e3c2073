public import EventLoops
import Synchronization

/// Wakes the tasks that wait for anything about an actor to change; each then looks for itself. Safe to use from any
/// thread.
///
/// Changes are counted, so that none is missed between a look at the actor's state and the wait: a task whose look was
/// before a change does not wait for the next one. It would not be enough that both are on one actor, since the
/// operation of a cancellation handler may run elsewhere.
public final class ChangeSignal: Sendable {
    private struct State {
        var count: UInt64 = 0
        var waiters = Waiters<Void>()
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    /// Makes a signal.
    ///
    /// - Parameter loop: what the timeouts run on; any loop will do.
    public init(loop: EventLoop) {
        self.loop = loop
    }

    /// The number of changes so far; to be read before the state that the caller looks at.
    public var count: UInt64 { state.withLock { $0.count } }

    /// Wakes all who wait; to be called after the change.
    public func changed() {
        let waiting = state.withLock { state in
            state.count += 1
            return state.waiters.removeAll()
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Waits until there was a change after the first `count`, for `timeout`, or for the cancellation of the task,
    /// whichever comes first; returns at once in a cancelled task.
    ///
    /// - Parameters:
    ///   - count: the ``count`` that was read before the caller looked at the state.
    ///   - timeout: the longest wait; nil: no limit.
    public nonisolated(nonsending) func wait(after count: UInt64, timeout: Duration? = nil) async {
        let id = state.withLock { $0.waiters.nextID() }
        let wake: @Sendable () -> Void = { self.state.withLock { $0.waiters.remove(id) }?.resume() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // Asked within the lock: a cancellation before it finds nobody to wake.
                    if state.count != count || Task.isCancelled { return false }
                    state.waiters.enter(continuation, id)
                    return true
                }
                guard waits else { return continuation.resume() }
                if let timeout { loop.schedule(after: timeout, wake) }
            }
        } onCancel: {
            wake()
        }
    }

    /// Waits until `isDone` is true, until `deadline`, or for the cancellation of the task, whichever comes first.
    ///
    /// - Parameters:
    ///   - deadline: when the wait ends although nothing is done; nil: no limit.
    ///   - isDone: asked now and after each change, on the caller's actor.
    /// - Returns: whether it is done; true even after the deadline, if `isDone` is.
    @discardableResult
    public nonisolated(nonsending) func wait(
        until deadline: ContinuousClock.Instant? = nil, for isDone: () -> Bool
    ) async -> Bool {
        while true {
            let count = self.count
            if isDone() { return true }
            let rest = deadline.map { $0 - .now }
            guard rest.map({ $0 > .zero }) ?? true, !Task.isCancelled else { return false }
            await wait(after: count, timeout: rest)
        }
    }
}

public import EventLoops
import Synchronization

/// Wakes the tasks that wait for anything about an actor to change; each then looks for itself. Safe to use from any
/// thread.
public final class ChangeSignal: Sendable {
    private struct State {
        var waiters = Waiters<Void>()
        var changes: UInt64 = 0
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    /// A signal whose timeouts run on `loop`.
    public init(loop: EventLoop) {
        self.loop = loop
    }

    /// Wakes all who wait.
    public func changed() {
        let woken = state.withLock { state in
            state.changes &+= 1
            return state.waiters.removeAll()
        }
        for waiter in woken { waiter.resume() }
    }

    /// Waits for the next change, for `timeout`, or for the cancellation of the task, whichever comes first; returns at
    /// once in a cancelled task.
    ///
    /// Begins on the caller's actor, so that a caller who has looked at the actor's state misses no change of it.
    public func wait(timeout: Duration? = nil, isolation: isolated (any Actor)? = #isolation) async {
        let (id, seen) = state.withLock { ($0.waiters.nextID(), $0.changes) }
        let wake: @Sendable () -> Void = { self.state.withLock { $0.waiters.remove(id) }?.resume() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // The closures may have left the actor: a change since then counts. A cancellation is looked for
                    // within the lock, since one that came before finds nobody to wake.
                    if state.changes != seen || Task.isCancelled { return false }
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

    /// Waits until `isDone` says so, which is asked now and after each change; until `deadline`, or for the cancellation
    /// of the task.
    ///
    /// - Returns: whether it is done.
    public func wait(
        until deadline: ContinuousClock.Instant, isolation: isolated (any Actor)? = #isolation, for isDone: () -> Bool
    ) async -> Bool {
        while !isDone() {
            let rest = deadline - .now
            guard rest > .zero, !Task.isCancelled else { return false }
            await wait(timeout: rest)
        }
        return true
    }
}

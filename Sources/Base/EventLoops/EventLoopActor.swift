/// An actor that runs on an event loop.
///
/// Declaring the executor is all it takes; the rest that Swift asks of such an actor (`unownedExecutor`) counts as
/// unsafe, and stands here once, so that targets under strict memory safety need none of it.
public protocol EventLoopActor: Actor {
    /// What the actor runs on. A stored constant, so that it lives as long as the actor: the unowned reference relies
    /// on it.
    nonisolated var executor: EventLoop { get }
}

extension EventLoopActor {
    /// The executor, as the runtime wants it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs `body` on the actor: at once for a caller on the loop, who must not be the actor itself, otherwise soon.
    /// May be called from any thread.
    ///
    /// A call of an actor would come back to the caller's executor by a job of its own, and to the actor's again after
    /// each wait within.
    @inlinable
    public nonisolated func enter(_ body: @escaping @Sendable (isolated Self) -> Void) {
        if executor.isCurrent { assumeIsolated(body) } else { enterLater(body) }
    }

    /// Runs `body` on the actor, behind what the loop has to do already. May be called from any thread.
    @inlinable
    public nonisolated func enterLater(_ body: @escaping @Sendable (isolated Self) -> Void) {
        executor.schedule { self.assumeIsolated(body) }
    }
}

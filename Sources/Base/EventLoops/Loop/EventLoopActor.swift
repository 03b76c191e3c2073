/// An actor that runs on an event loop.
///
/// ```swift
/// actor Session: EventLoopActor {
///     nonisolated let executor: EventLoop
///
///     init(on loop: EventLoop) { executor = loop }
/// }
/// ```
///
/// A conforming actor declares its executor and nothing else. What Swift demands beyond that (`unownedExecutor`) counts
/// as unsafe, and stands here once, so that targets under strict memory safety need no unsafe code.
public protocol EventLoopActor: Actor {
    /// The loop that the actor runs on.
    ///
    /// It has to be a stored constant, which lives as long as the actor: the runtime keeps an unowned reference.
    nonisolated var executor: EventLoop { get }
}

extension EventLoopActor {
    /// The executor in the form that Swift's runtime asks for.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs a closure on the actor: at once for a caller on the loop, soon for others. Safe to call from any thread.
    ///
    /// An asynchronous call of the actor would return to the caller's executor by a job of its own, and to the actor
    /// again after each wait within.
    ///
    /// - Parameter body: Called once, on the loop's thread. The caller must not be in a method of this actor, as the
    ///   closure would change its state in the middle of the method.
    @inlinable
    public nonisolated func enter(_ body: @escaping @Sendable (isolated Self) -> Void) {
        if executor.isCurrent { assumeIsolated(body) } else { enterLater(body) }
    }

    /// Runs a closure on the actor, behind what the loop has to do already. Safe to call from any thread.
    ///
    /// - Parameter body: Called once, on the loop's thread, and never before this call returns to a caller on the loop.
    @inlinable
    public nonisolated func enterLater(_ body: @escaping @Sendable (isolated Self) -> Void) {
        executor.schedule { self.assumeIsolated(body) }
    }
}

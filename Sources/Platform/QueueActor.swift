/// An actor that runs on a dispatch queue.
///
/// Declaring the executor is all it takes; what Swift asks of such an actor otherwise (`unownedExecutor`) counts as
/// unsafe, and stands here once, so that targets under strict memory safety need none of it.
public protocol QueueActor: Actor {
    /// What the actor runs on. A stored constant, so that it lives as long as the actor: the unowned reference relies
    /// on it.
    nonisolated var executor: QueueExecutor { get }
}

extension QueueActor {
    /// The executor, as the runtime wants it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
}

public import Dispatch

/// Runs the jobs of actors on one serial dispatch queue.
///
/// A C handle that an actor owns is used on that queue only, and callbacks from C, which arrive on it, enter the actor by
/// `assumeIsolated`. Work that blocks (a commit, a transfer) blocks the queue's thread and never Swift's cooperative
/// pool. Sockets, which do not block, run on an ``EventLoop``. Several actors may share a queue; calls between them change
/// no thread then.
///
/// ```swift
/// actor Store: QueueActor {
///     nonisolated let executor = QueueExecutor(label: "store")
/// }
/// ```
///
/// Safe to use from any thread.
public final class QueueExecutor: SerialExecutor {
    /// The queue that the actor's jobs run on.
    public let queue: DispatchQueue

    /// Makes an executor with a serial queue of its own.
    ///
    /// - Parameters:
    ///   - label: The name of the queue in debuggers and crash reports.
    ///   - qos: How urgent the work is to Dispatch.
    public init(label: String, qos: DispatchQoS = .userInitiated) {
        queue = DispatchQueue(label: label, qos: qos)
    }

    /// Runs a job on the queue, behind the jobs that wait already. Called by Swift's runtime.
    ///
    /// - Parameter job: A piece of an actor's work.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps unless the caller runs on the queue. `assumeIsolated` calls this method in callbacks from C.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}

/// An actor that runs on a serial dispatch queue.
///
/// A conforming actor declares its executor and nothing else; see ``EventLoopActor``.
public protocol QueueActor: Actor {
    /// The queue that the actor runs on.
    ///
    /// It has to be a stored constant, which lives as long as the actor: the runtime keeps an unowned reference.
    nonisolated var executor: QueueExecutor { get }
}

extension QueueActor {
    /// The executor in the form that Swift's runtime asks for.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
}

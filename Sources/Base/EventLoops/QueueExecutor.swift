public import Dispatch

/// Runs an actor's jobs on one serial dispatch queue, so that a C handle owned by the actor is only ever touched from
/// that queue and callbacks from C, which arrive on it, may enter the actor by `assumeIsolated`.
///
/// Blocking work (a commit, a transfer) then blocks this queue's thread and never Swift's cooperative pool. For sockets,
/// which do not block, there is ``EventLoop``.
/// Safe to use from any thread. Several actors may share one: no call between them changes threads then.
public final class QueueExecutor: SerialExecutor {
    /// The queue that the actor's jobs run on.
    public let queue: DispatchQueue

    /// Makes a serial queue of its own, named `label` in debuggers and crash reports.
    public init(label: String, qos: DispatchQoS = .userInitiated) {
        queue = DispatchQueue(label: label, qos: qos)
    }

    /// Schedules `job` behind the jobs that wait already.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps unless the caller runs on the queue; `assumeIsolated` relies on it in callbacks from C.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}

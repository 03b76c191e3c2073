import Dispatch

/// Runs what a task does outside of actors on an actor's queue rather than on Swift's pool, for tasks that mostly call
/// that actor: a call then changes no thread. While the task computes, the actor has to wait.
///
/// Safe to use from any thread.
public final class QueueTaskExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// Shares the queue of `executor`.
    public init(sharing executor: QueueExecutor) {
        queue = executor.queue
    }

    /// Schedules `job` behind the jobs that wait already.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

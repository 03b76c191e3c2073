/// Tasks that wait for a value, each with a name by which its cancellation finds the task again.
///
/// A task takes a name first, so that its cancellation handler knows the name. Then it looks, within the actor or the
/// lock, whether the value is there or the task was cancelled, and enters if neither is so. A cancellation that comes
/// later finds the task entered; a cancellation that came before finds nothing to resume.
///
/// ```swift
/// let id = waiters.nextID()
/// await withTaskCancellationHandler {
///     await withCheckedContinuation { continuation in
///         if isReady || Task.isCancelled { return continuation.resume() }
///         waiters.enter(continuation, id)
///     }
/// } onCancel: {
///     enterLater { $0.waiters.resume(id) }
/// }
/// ```
///
/// A value that does not lock anything itself: keep it in an actor or under a lock. For a value that is set once, use a
/// ``Latch``. Under a lock that cancellation handlers take too, no continuation may be resumed, as the runtime may hold
/// locks of its own while it calls those handlers: remove under the lock, and resume what was removed afterwards.
public struct Waiters<Value: Sendable>: Sendable {
    /// Names a task that is going to wait. No name is given out twice by the same value.
    public struct ID: Sendable, Hashable {
        let number: UInt64
    }

    private var continuations: [ID: CheckedContinuation<Value, Never>] = [:]
    private var lastNumber: UInt64 = 0

    /// Makes a value that no task waits in.
    public init() {}

    /// Whether no task waits.
    public var isEmpty: Bool { continuations.isEmpty }

    /// How many tasks wait.
    public var count: Int { continuations.count }

    /// Makes a name for a task that is going to wait.
    ///
    /// - Returns: The name, which need not be used.
    public mutating func nextID() -> ID {
        lastNumber += 1
        return ID(number: lastNumber)
    }

    /// Keeps a task until it is removed or resumed.
    ///
    /// - Parameters:
    ///   - continuation: The task.
    ///   - id: Its name, which no other task has entered under.
    public mutating func enter(_ continuation: CheckedContinuation<Value, Never>, _ id: ID) {
        continuations[id] = continuation
    }

    /// Removes one task, which the caller has to resume.
    ///
    /// - Parameter id: The name of the task.
    /// - Returns: The task; nil if it does not wait.
    public mutating func remove(_ id: ID) -> CheckedContinuation<Value, Never>? {
        continuations.removeValue(forKey: id)
    }

    /// Removes all tasks that wait, each of which the caller has to resume.
    ///
    /// - Returns: The tasks, in no certain order.
    public mutating func removeAll() -> [CheckedContinuation<Value, Never>] {
        defer { continuations = [:] }
        return Array(continuations.values)
    }

    /// Resumes one task, if it waits.
    ///
    /// - Parameters:
    ///   - id: The name of the task.
    ///   - value: What the task gets.
    public mutating func resume(_ id: ID, returning value: Value) {
        remove(id)?.resume(returning: value)
    }

    /// Resumes all tasks that wait.
    ///
    /// - Parameter value: What each task gets.
    public mutating func resumeAll(returning value: Value) {
        for continuation in removeAll() { continuation.resume(returning: value) }
    }
}

extension Waiters where Value == Void {
    /// Resumes one task, if it waits.
    ///
    /// - Parameter id: The name of the task.
    public mutating func resume(_ id: ID) { resume(id, returning: ()) }

    /// Resumes all tasks that wait.
    public mutating func resumeAll() { resumeAll(returning: ()) }
}

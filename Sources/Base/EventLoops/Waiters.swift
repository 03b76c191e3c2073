/// Tasks that wait for a value, each with a number by which its cancellation finds it again. A value to be kept by an
/// actor or under a lock, which is what makes it safe; under a lock, ``Latch`` is the usual case.
///
/// A task takes a number first, so that its cancellation handler knows it. Then it looks, within the actor or the lock,
/// whether the value is there or the task was cancelled, and enters if neither is so. A cancellation that comes later
/// finds it entered; one that came before finds nothing to resume.
///
///     let id = waiters.nextID()
///     await withTaskCancellationHandler {
///         await withCheckedContinuation { continuation in
///             if isReady || Task.isCancelled { return continuation.resume() }
///             waiters.enter(continuation, id)
///         }
///     } onCancel: {
///         enterLater { $0.waiters.resume(id) }
///     }
///
/// Under a lock that cancellation handlers take too, no continuation may be resumed, as the runtime may hold locks of
/// its own while it calls those handlers: remove under the lock, and resume what was removed after it.
public struct Waiters<Value: Sendable>: Sendable {
    /// Names a task that may come to wait. None is given out twice.
    public struct ID: Sendable, Hashable {
        let number: UInt64
    }

    private var continuations: [ID: CheckedContinuation<Value, Never>] = [:]
    private var lastNumber: UInt64 = 0

    /// Nobody waits.
    public init() {}

    /// Whether nobody waits.
    public var isEmpty: Bool { continuations.isEmpty }

    /// How many tasks wait.
    public var count: Int { continuations.count }

    /// A name for a task that may come to wait.
    public mutating func nextID() -> ID {
        lastNumber += 1
        return ID(number: lastNumber)
    }

    /// Keeps `continuation` until it is removed or resumed; one under each name.
    public mutating func enter(_ continuation: CheckedContinuation<Value, Never>, _ id: ID) {
        continuations[id] = continuation
    }

    /// Removes one task, which the caller has to resume; nil if it does not wait.
    public mutating func remove(_ id: ID) -> CheckedContinuation<Value, Never>? {
        continuations.removeValue(forKey: id)
    }

    /// Removes all that wait, in no certain order; the caller has to resume each.
    public mutating func removeAll() -> [CheckedContinuation<Value, Never>] {
        defer { continuations = [:] }
        return Array(continuations.values)
    }

    /// Resumes one task, if it waits.
    public mutating func resume(_ id: ID, returning value: Value) {
        remove(id)?.resume(returning: value)
    }

    /// Resumes all that wait.
    public mutating func resumeAll(returning value: Value) {
        for continuation in removeAll() { continuation.resume(returning: value) }
    }
}

extension Waiters where Value == Void {
    /// Resumes one task, if it waits.
    public mutating func resume(_ id: ID) { resume(id, returning: ()) }

    /// Resumes all that wait.
    public mutating func resumeAll() { resumeAll(returning: ()) }
}

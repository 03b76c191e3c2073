import Synchronization

/// A value that is set once, and that any number of tasks wait for.
///
/// Safe to use from any thread.
public final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters = Waiters<Value?>()
    }

    private let state = Mutex(State())

    /// Makes a latch whose value is not set.
    public init() {}

    /// The value; nil until it is set. Does not wait.
    public var value: Value? { state.withLock { $0.value } }

    /// Sets the value and resumes all tasks that wait for it. The first value stays; later ones have no effect.
    ///
    /// - Parameter value: The value.
    /// - Returns: Whether it was the first.
    @discardableResult
    public func set(_ value: Value) -> Bool {
        let waiting = state.withLock { state -> [CheckedContinuation<Value?, Never>]? in
            guard state.value == nil else { return nil }
            state.value = value
            return state.waiters.removeAll()
        }
        guard let waiting else { return false }
        for continuation in waiting { continuation.resume(returning: value) }
        return true
    }

    /// Waits for the value. A value that is set already is returned at once.
    ///
    /// - Returns: The value; nil when the task is cancelled before the value is set.
    public func wait() async -> Value? {
        let id = state.withLock { $0.waiters.nextID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Value?? = state.withLock { state in
                    // Asked within the lock: a cancellation before it finds nothing to resume.
                    if state.value != nil || Task.isCancelled { return .some(state.value) }
                    state.waiters.enter(continuation, id)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.remove(id) }?.resume(returning: nil)
        }
    }
}

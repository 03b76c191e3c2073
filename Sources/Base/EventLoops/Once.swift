public import Synchronization

/// The answer to one task that waits, given by the first of several parties.
///
/// A reply, a deadline, the end of the connection and a cancellation may all answer; the first does, and later answers
/// are dropped. The answer may come before the task waits.
///
/// ```swift
/// let once = Once<Reply, any Error>()
/// let timer = loop.schedule(after: timeout) { once.resume(throwing: RequestError.timeout) }
/// defer { loop.cancel(timer) }
/// return try await withCheckedThrowingContinuation { continuation in
///     if once.expect(continuation) { connection.ask { once.resume(with: $0) } }
/// }
/// ```
///
/// A task that waits goes on by an answer only: every way that a request can end has to give one.
///
/// Safe to use from any thread.
public final class Once<Success: Sendable, Failure: Error>: Sendable {
    @usableFromInline
    enum State {
        case empty
        case expected(CheckedContinuation<Success, Failure>)
        case given(Result<Success, Failure>)
        case done
    }

    @usableFromInline let state: Mutex<State>

    /// Makes an answer that is not given yet and that no task waits for yet.
    @inlinable
    public init() {
        state = Mutex(.empty)
    }

    /// Makes an answer that is not given yet and that a task waits for.
    ///
    /// - Parameter continuation: The task, which the first answer resumes.
    @inlinable
    public init(_ continuation: CheckedContinuation<Success, Failure>) {
        state = Mutex(.expected(continuation))
    }

    /// Lets a task wait for the answer, or resumes it with the answer that was given before.
    ///
    /// Traps if it is called twice, or on an object that was made with a continuation.
    ///
    /// - Parameter continuation: The task, which the first answer resumes.
    /// - Returns: Whether the task waits, so that the work that leads to the answer has to begin.
    @inlinable
    @discardableResult
    public func expect(_ continuation: CheckedContinuation<Success, Failure>) -> Bool {
        let given: Result<Success, Failure>? = state.withLock { state in
            switch state {
            case .empty:
                state = .expected(continuation)
                return nil
            case .given(let result):
                state = .done
                return result
            case .expected, .done: preconditionFailure("a second task waits for the same answer")
            }
        }
        guard let given else { return true }
        continuation.resume(with: given)
        return false
    }

    /// Gives the answer and resumes the task if it waits.
    ///
    /// - Parameter result: A value or an error.
    /// - Returns: Whether this was the first answer.
    @inlinable
    @discardableResult
    public func resume(with result: Result<Success, Failure>) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Success, Failure>?) in
            switch state {
            case .empty:
                state = .given(result)
                return (true, nil)
            case .expected(let continuation):
                state = .done
                return (true, continuation)
            case .given, .done: return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }

    /// Gives a value as the answer and resumes the task if it waits.
    ///
    /// - Parameter value: What the task gets.
    /// - Returns: Whether this was the first answer.
    @inlinable
    @discardableResult
    public func resume(returning value: Success) -> Bool { resume(with: .success(value)) }

    /// Gives an error as the answer and resumes the task if it waits.
    ///
    /// - Parameter error: What the task throws.
    /// - Returns: Whether this was the first answer.
    @inlinable
    @discardableResult
    public func resume(throwing error: Failure) -> Bool { resume(with: .failure(error)) }
}

extension Once where Failure == Never {
    /// Waits for the answer. A cancelled task waits on: who cancels sees to it that an answer comes.
    ///
    /// Traps if it is called twice, or on an object that was made with a continuation.
    ///
    /// - Parameters:
    ///   - isolation: Where the task waits and goes on: the caller's own actor. On its loop, a wait then costs no change of
    ///     threads.
    ///   - cancelled: Called once at most, from any thread, when the task is cancelled; it must not block.
    /// - Returns: The answer.
    @inlinable
    public func value(
        isolation: isolated (any Actor)? = #isolation, onCancel cancelled: @escaping @Sendable () -> Void
    ) async -> Success {
        await withTaskCancellationHandler(
            operation: {
                await withCheckedContinuation(isolation: isolation) { continuation in _ = expect(continuation) }
            }, onCancel: cancelled, isolation: isolation)
    }
}

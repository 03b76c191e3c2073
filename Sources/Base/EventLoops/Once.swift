import Synchronization

/// The answer to one task that waits, from the first of several who may give it: a reply, a deadline, the end of what
/// should have replied, a cancellation. Later answers are dropped. The answer may come before the task waits. Safe to
/// use from any thread.
public final class Once<Success: Sendable, Failure: Error>: Sendable {
    private enum State {
        case empty
        case expected(CheckedContinuation<Success, Failure>)
        case given(Result<Success, Failure>)
        case done
    }

    private let state: Mutex<State>

    /// Nobody waits, and there is no answer.
    public init() {
        state = Mutex(.empty)
    }

    /// `continuation` waits for the answer.
    public init(_ continuation: CheckedContinuation<Success, Failure>) {
        state = Mutex(.expected(continuation))
    }

    /// Has `continuation` wait for the answer, or resumes it with one that was given before. To be called once, and not
    /// on a value that was made with a continuation: traps otherwise.
    ///
    /// - Returns: whether it waits, so that what leads to the answer has to be begun.
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
            case .expected, .done: preconditionFailure("a second task waits for one answer")
            }
        }
        guard let given else { return true }
        continuation.resume(with: given)
        return false
    }

    /// Gives the answer.
    ///
    /// - Returns: whether it was the first.
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

    /// Gives the answer.
    ///
    /// - Returns: whether it was the first.
    @discardableResult
    public func resume(returning value: Success) -> Bool { resume(with: .success(value)) }

    /// Gives an error for an answer.
    ///
    /// - Returns: whether it was the first.
    @discardableResult
    public func resume(throwing error: Failure) -> Bool { resume(with: .failure(error)) }
}

/// Why a caller of a ``Pool`` gets no member. `Failure` is the client's error.
public enum PoolError<Failure: Error>: Error {
    /// As many callers as may wait do so already: ``PoolConfiguration/waiters``.
    case tooManyWaiters(Int)
    /// The deadline has passed; why the last connect failed, if it did and none has succeeded since.
    case timedOut(Failure?)
    /// There is no member, and the last connect has failed for this reason.
    case connectFailed(Failure)
    /// The caller gave up.
    case cancelled
    /// The pool drains or is closed.
    case closed
}

extension PoolError: Equatable where Failure: Equatable {}

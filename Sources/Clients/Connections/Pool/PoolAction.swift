/// Names a member of a ``Pool`` from the beginning of its connect to its end. None is given out twice.
public struct PoolMemberID: Sendable, Hashable {
    let number: UInt64
}

/// Names a caller of a ``Pool``. None is given out twice.
public struct PoolWaiterID: Sendable, Hashable {
    let number: UInt64
}

/// What the owner of a ``Pool`` has to do, in order.
public enum PoolAction<Member, Failure: Error> {
    /// Connect; the owner says later that it has connected, or why it has not.
    case connect(PoolMemberID)
    /// Find out whether the member can still be used; the owner says later whether it can.
    case check(PoolMemberID, Member)
    /// The caller has the member until the owner releases it: the one answer to this caller.
    case lease(PoolWaiterID, PoolMemberID, Member)
    /// The caller gets no member: the one answer to this caller.
    case fail(PoolWaiterID, PoolError<Failure>)
    /// Close the member, which does not belong to the pool any more.
    case close(Member)
    /// The pool is closed and has no members any more; comes once.
    case ended
}

extension PoolAction: Sendable where Member: Sendable {}
extension PoolAction: Equatable where Member: Equatable, Failure: Equatable {}

/// Names a member of a ``Pool`` from the beginning of its connect to its end. A pool gives no name twice.
@frozen
public struct PoolMemberID: Sendable, Hashable {
    @usableFromInline let number: UInt64

    @inlinable
    init(number: UInt64) { self.number = number }
}

/// Names a caller of a ``Pool``. A pool gives no name twice.
@frozen
public struct PoolWaiterID: Sendable, Hashable {
    @usableFromInline let number: UInt64

    @inlinable
    init(number: UInt64) { self.number = number }
}

/// What the owner of a ``Pool`` has to do, in order.
@frozen
public enum PoolAction<Member, Failure: Error> {
    /// Connect, and report by ``Pool/connected(_:_:now:)`` or ``Pool/connectFailed(_:_:now:using:)``.
    case connect(PoolMemberID)
    /// Find out whether the member can still be used, and report by ``Pool/checked(_:isAlive:now:)``.
    case check(PoolMemberID, Member)
    /// Give the caller the member until ``Pool/release(_:isReusable:now:)``: the one answer to this caller.
    case lease(PoolWaiterID, PoolMemberID, Member)
    /// Tell the caller why there is no member: the one answer to this caller.
    case fail(PoolWaiterID, PoolError<Failure>)
    /// Close the member, which does not belong to the pool any more.
    case close(Member)
    /// Nothing more comes: the pool is closed and has no members any more. Comes once.
    case ended
}

extension PoolAction: Sendable where Member: Sendable {}
extension PoolAction: Equatable where Member: Equatable, Failure: Equatable {}

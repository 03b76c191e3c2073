public import EventLoops

/// Connections that serve one request at a time, lent to one caller at a time.
///
/// A value without I/O, tasks, clock or randomness of its own: events go in with the time at which they happen, and
/// actions come out, which the owner performs in their order. Not synchronised: an actor owns it. `Member` is the
/// client's connection, `Failure` its error. What the pool promises, whatever the order of events:
///
/// - never more members than ``PoolConfiguration/members``, those included that are being connected or checked;
/// - each caller gets exactly one answer, a lease or a failure, in the order in which they came;
/// - each member that was connected is closed exactly once, unless the owner said that it was lost;
/// - names that the pool does not know, or does not know any more, change nothing.
///
/// A caller waits as long as some member may come free. Where there is none, and connecting fails, all who wait are
/// told at once; until the backoff has passed, so is everyone who comes.
///
/// The member that was used last is lent first, so that those that are not needed grow old.
///
/// Inlinable as a whole, so that each client has its own version: every request passes here twice, and unspecialised it
/// would spend most of the way on asking the runtime for types.
@frozen
public struct Pool<Member, Failure: Error> {
    /// What the owner has to do.
    public typealias Action = PoolAction<Member, Failure>
    /// A time, which is a parameter of every event that depends on it.
    public typealias Instant = ContinuousClock.Instant

    @usableFromInline
    enum Phase {
        case connecting
        case checking(Member)
        case idle(Member, since: Duration)
        case leased(Member)
    }

    @usableFromInline
    struct Slot {
        @usableFromInline var phase: Phase
        /// When it was connected.
        @usableFromInline var birth: Duration

        @inlinable
        init(phase: Phase, birth: Duration) {
            self.phase = phase
            self.birth = birth
        }
    }

    @usableFromInline
    struct Waiter: Sendable {
        @usableFromInline let id: PoolWaiterID
        @usableFromInline let deadline: Duration

        @inlinable
        init(id: PoolWaiterID, deadline: Duration) {
            self.id = id
            self.deadline = deadline
        }
    }

    @usableFromInline
    enum State: Sendable {
        case open
        /// Nothing is lent; members are closed when they come free.
        case draining
        case ended
    }

    @usableFromInline let configuration: PoolConfiguration
    @usableFromInline var state = State.open
    @usableFromInline var slots: [PoolMemberID: Slot] = [:]
    /// The members that are idle, the last used one last.
    @usableFromInline var idle: [PoolMemberID] = []
    /// How many members are being connected or checked: each will come free, or fail.
    @usableFromInline var coming = 0
    /// The callers that wait, in the order in which they came.
    @usableFromInline var waiters: [Waiter] = []
    /// Why the last connect failed; nil after one that succeeded.
    @usableFromInline var lastFailure: Failure?
    @usableFromInline var failures = 0
    /// Before this time nothing is connected.
    @usableFromInline var retry: Duration?
    @usableFromInline var lastMember: UInt64 = 0
    @usableFromInline var lastWaiter: UInt64 = 0

    /// What times are counted from within pools: of what holds an instant, only the runtime knows the size, and each copy
    /// would ask it.
    @inlinable
    static func time(of instant: Instant) -> Duration { poolEpoch.duration(to: instant) }

    /// An empty pool, which connects when the first caller comes.
    ///
    /// - Parameter configuration: the bounds.
    @inlinable
    public init(_ configuration: PoolConfiguration) {
        self.configuration = configuration
    }

    /// The number of members, those included that are being connected.
    @inlinable
    public var memberCount: Int { slots.count }

    /// The number of callers that wait.
    @inlinable
    public var waiterCount: Int { waiters.count }

    /// When ``timePassed(now:)`` has something to do at the latest; nil: not before another event. It may change with
    /// every event.
    @inlinable
    public var nextDeadline: Instant? {
        // Asked after every event: no array, and no key path, which generic code makes anew each time.
        var earliest: Duration?
        for waiter in waiters { earliest = min(earliest ?? waiter.deadline, waiter.deadline) }
        if !waiters.isEmpty, coming < waiters.count, slots.count < configuration.members, let retry {
            earliest = min(earliest ?? retry, retry)
        }
        if let lifetime = configuration.lifetime {
            for id in idle {
                guard let birth = slots[id]?.birth else { continue }
                let end = birth + lifetime
                earliest = min(earliest ?? end, end)
            }
        }
        return earliest.map { poolEpoch.advanced(by: $0) }
    }

    // MARK: Callers

    /// A caller wants a member.
    ///
    /// - Parameters:
    ///   - deadline: how long the caller waits at most.
    ///   - now: the time of the event.
    /// - Returns: the caller's name, and what to do; the answer to the caller may be among it.
    @inlinable
    public mutating func acquire(until deadline: Instant, now: Instant) -> (waiter: PoolWaiterID, actions: [Action]) {
        lastWaiter += 1
        let id = PoolWaiterID(number: lastWaiter)
        guard case .open = state else { return (id, [.fail(id, .closed)]) }
        guard waiters.count < configuration.waiters else {
            return (id, [.fail(id, .tooManyWaiters(configuration.waiters))])
        }
        guard deadline > now else { return (id, [.fail(id, .timedOut(lastFailure))]) }
        waiters.append(Waiter(id: id, deadline: Self.time(of: deadline)))
        return (id, serve(Self.time(of: now)))
    }

    /// A caller gives up. A caller that has been answered already keeps the answer.
    ///
    /// - Parameter waiter: what ``acquire(until:now:)`` returned.
    /// - Returns: what to do.
    @inlinable
    public mutating func cancel(_ waiter: PoolWaiterID) -> [Action] {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return [] }
        waiters.remove(at: index)
        return [.fail(waiter, .cancelled)]
    }

    /// A caller is done with its member.
    ///
    /// - Parameters:
    ///   - id: the member's name.
    ///   - isReusable: false when the member's state is not known any more: it is closed then.
    ///   - now: the time of the event.
    /// - Returns: what to do.
    @inlinable
    public mutating func release(_ id: PoolMemberID, isReusable: Bool, now: Instant) -> [Action] {
        guard case .leased(let member)? = slots[id]?.phase else { return [] }
        return free(id, member, isGood: isReusable, Self.time(of: now))
    }

    // MARK: Members

    /// A connect has succeeded: the answer to ``PoolAction/connect(_:)``.
    ///
    /// - Parameters:
    ///   - id: the name that the action gave.
    ///   - member: the connection.
    ///   - now: the time of the event, from which the member's age counts.
    /// - Returns: what to do; closing the member if the pool does not want it any more.
    @inlinable
    public mutating func connected(_ id: PoolMemberID, _ member: Member, now: Instant) -> [Action] {
        // The pool has not asked for this connect, or has heard of its end already.
        guard case .connecting? = slots[id]?.phase else { return [.close(member)] }
        coming -= 1
        failures = 0
        lastFailure = nil
        retry = nil
        let now = Self.time(of: now)
        slots[id]?.birth = now
        return free(id, member, isGood: true, now)
    }

    /// A connect has failed: the answer to ``PoolAction/connect(_:)``.
    ///
    /// - Parameters:
    ///   - id: the name that the action gave.
    ///   - failure: why; callers are told.
    ///   - now: the time of the event, from which the backoff counts.
    ///   - generator: for the jitter of the backoff.
    /// - Returns: what to do.
    @inlinable
    public mutating func connectFailed(
        _ id: PoolMemberID, _ failure: Failure, now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [Action] {
        guard case .connecting? = slots[id]?.phase else { return [] }
        coming -= 1
        slots[id] = nil
        failures += 1
        lastFailure = failure
        let now = Self.time(of: now)
        retry = now + configuration.backoff.delay(afterFailures: failures, using: &generator)
        return serve(now)
    }

    /// A check has ended: the answer to ``PoolAction/check(_:_:)``.
    ///
    /// - Parameters:
    ///   - id: the member's name.
    ///   - isAlive: whether the member can still be used; if not, it is closed.
    ///   - now: the time of the event.
    /// - Returns: what to do.
    @inlinable
    public mutating func checked(_ id: PoolMemberID, isAlive: Bool, now: Instant) -> [Action] {
        guard case .checking(let member)? = slots[id]?.phase else { return [] }
        coming -= 1
        return free(id, member, isGood: isAlive, Self.time(of: now))
    }

    /// A member has closed itself, whatever it was doing: the pool forgets it, without closing it.
    ///
    /// - Parameters:
    ///   - id: the member's name.
    ///   - now: the time of the event.
    /// - Returns: what to do.
    @inlinable
    public mutating func lost(_ id: PoolMemberID, now: Instant) -> [Action] {
        switch slots[id]?.phase {
        case nil, .connecting?: return []
        case .checking?: coming -= 1
        case .idle?: idle.removeAll { $0 == id }
        case .leased?: break
        }
        slots[id] = nil
        return serve(Self.time(of: now))
    }

    // MARK: Time and end

    /// Ends the waits whose deadlines have passed, closes idle members that are too old, and connects where the backoff
    /// has passed; may be called at any time, at ``nextDeadline`` at the latest.
    ///
    /// - Parameter now: the time of the event.
    /// - Returns: what to do.
    @inlinable
    public mutating func timePassed(now: Instant) -> [Action] {
        let now = Self.time(of: now)
        var actions: [Action] = []
        waiters.removeAll { waiter in
            guard now >= waiter.deadline else { return false }
            actions.append(.fail(waiter.id, .timedOut(lastFailure)))
            return true
        }
        for id in idle {
            guard let slot = slots[id], case .idle(let member, _) = slot.phase, isOld(slot, now) else { continue }
            idle.removeAll { $0 == id }
            slots[id] = nil
            actions.append(.close(member))
        }
        return actions + serve(now)
    }

    /// Lends nothing any more: all who wait are told, idle members are closed now and the others when they come free.
    ///
    /// - Returns: what to do; ``PoolAction/ended`` comes with this or a later event.
    @inlinable
    public mutating func drain() -> [Action] {
        guard case .open = state else { return [] }
        state = .draining
        var actions = waiters.map { Action.fail($0.id, .closed) }
        waiters = []
        for id in idle {
            if case .idle(let member, _)? = slots.removeValue(forKey: id)?.phase { actions.append(.close(member)) }
        }
        idle = []
        return actions + endIfEmpty()
    }

    /// Closes all members at once, those included that are lent. A member that is being connected is closed when the
    /// owner reports it.
    ///
    /// - Returns: what to do; ``PoolAction/ended`` comes with this or a later event.
    @inlinable
    public mutating func close() -> [Action] {
        var actions = drain()
        for id in slots.keys.sorted(by: { $0.number < $1.number }) {
            switch slots[id]?.phase {
            case .checking(let member)?:
                coming -= 1
                actions.append(.close(member))
                slots[id] = nil
            case .leased(let member)?:
                actions.append(.close(member))
                slots[id] = nil
            case .connecting?, .idle?, nil: break
            }
        }
        return actions + endIfEmpty()
    }

    /// A name for a member that is to be connected.
    @inlinable
    mutating func newMember(_ now: Duration) -> PoolMemberID {
        lastMember += 1
        let id = PoolMemberID(number: lastMember)
        slots[id] = Slot(phase: .connecting, birth: now)
        coming += 1
        return id
    }
}

@usableFromInline let poolEpoch = ContinuousClock.now

extension Pool: Sendable where Member: Sendable {}
extension Pool.Phase: Sendable where Member: Sendable {}
extension Pool.Slot: Sendable where Member: Sendable {}

public import EventLoops

/// The bounds of a ``Pool``. A value; safe to use from any thread.
public struct PoolConfiguration: Sendable, Hashable {
    /// The most members, those included that are being connected: at least 1.
    public var members: Int
    /// The most callers that wait for a member, at least 1; more are refused at once.
    public var waiters: Int
    /// How long a member may be idle before it is checked when it is to be leased; nil: no member is checked.
    public var idleCheck: Duration?
    /// How old a member may be before it is closed rather than leased again; nil: no limit. Behind a load balancer,
    /// connections come to servers that were added later only in this way.
    public var lifetime: Duration?
    /// The wait after failed connects.
    public var backoff: Backoff

    /// Makes bounds; less than 1 member or waiter counts as 1.
    ///
    /// - Parameters:
    ///   - members: the most members, those included that are being connected.
    ///   - waiters: the most callers that wait for a member.
    ///   - idleCheck: how long a member may be idle before it is checked; nil: no member is checked.
    ///   - lifetime: how old a member may be before it is closed; nil: no limit.
    ///   - backoff: the wait after failed connects; by default from 100 ms, doubling, to 2 s.
    public init(
        members: Int = 8, waiters: Int = 1_024, idleCheck: Duration? = .seconds(30),
        lifetime: Duration? = .seconds(3_600), backoff: Backoff = Backoff(maximum: .seconds(2))
    ) {
        self.members = max(members, 1)
        self.waiters = max(waiters, 1)
        self.idleCheck = idleCheck
        self.lifetime = lifetime
        self.backoff = backoff
    }
}

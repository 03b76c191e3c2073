public import EventLoops

/// The bounds of a ``Pool``.
public struct PoolConfiguration: Sendable, Hashable {
    /// The most members, those included that are being connected: at least 1.
    public var members: Int
    /// The most callers that wait for a member, at least 1; more are refused at once.
    public var waiters: Int
    /// A member that was idle for longer is checked before it is leased; nil: never.
    public var idleCheck: Duration?
    /// A member that is older is closed rather than leased again; nil: never. Behind a load balancer, connections come
    /// to servers that were added later only in this way.
    public var lifetime: Duration?
    /// Between failed connects.
    public var backoff: Backoff

    /// Bounds; by default 8 members, 1,024 waiters, a check after 30 s of idleness and a lifetime of an hour.
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

/// When to send a heartbeat and when to give the peer up (section 4.2.7 of the specification: send when nothing was
/// sent for a while, the peer is dead after two intervals without any byte).
///
/// Takes the time as a parameter and has no clock.
public struct HeartbeatTimer: Sendable {
    /// What is due.
    public enum Action: Sendable, Hashable {
        /// Nothing.
        case wait
        /// A heartbeat frame.
        case send
        /// The connection is to be given up.
        case giveUp
    }

    /// The negotiated interval; zero: none.
    public let interval: Duration
    private var lastSent: ContinuousClock.Instant
    private var lastReceived: ContinuousClock.Instant

    /// A timer that begins at `now`.
    public init(interval: Duration, now: ContinuousClock.Instant) {
        self.interval = interval
        lastSent = now
        lastReceived = now
    }

    /// Bytes were sent.
    public mutating func sent(at now: ContinuousClock.Instant) { lastSent = now }

    /// Bytes arrived, whatever they are.
    public mutating func received(at now: ContinuousClock.Instant) { lastReceived = now }

    /// What is due at `now`; half an interval of silence on this side asks for a heartbeat, which counts as sent at
    /// once, so that they do not pile up when the socket takes nothing.
    public mutating func action(at now: ContinuousClock.Instant) -> Action {
        guard interval > .zero else { return .wait }
        if now - lastReceived >= interval * 2 { return .giveUp }
        guard now - lastSent >= interval / 2 else { return .wait }
        lastSent = now
        return .send
    }
}

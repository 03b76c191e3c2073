/// When to send a heartbeat and when to give the peer up (section 4.2.7 of the specification: send when nothing was
/// sent for a while, the peer is dead after two intervals without any byte).
///
/// A value, owned by one actor; takes the time as a parameter and has no clock.
public struct HeartbeatTimer: Sendable {
    /// What is due.
    public enum Action: Sendable, Hashable {
        /// Nothing is due.
        case wait
        /// A heartbeat frame is to be sent.
        case send
        /// The connection is to be dropped: the peer was silent for two intervals.
        case giveUp
    }

    /// The negotiated interval; zero: there are no heartbeats.
    public let interval: Duration
    private var lastSent: ContinuousClock.Instant
    private var lastReceived: ContinuousClock.Instant

    /// A timer that begins now.
    ///
    /// - Parameters:
    ///   - interval: the negotiated interval; zero: there are no heartbeats.
    ///   - now: the time, which counts as the last at which bytes were sent and received.
    public init(interval: Duration, now: ContinuousClock.Instant) {
        self.interval = interval
        lastSent = now
        lastReceived = now
    }

    /// Bytes were sent, whatever they are.
    ///
    /// - Parameter now: the time of it.
    public mutating func sent(at now: ContinuousClock.Instant) { lastSent = now }

    /// Bytes arrived, whatever they are.
    ///
    /// - Parameter now: the time of it.
    public mutating func received(at now: ContinuousClock.Instant) { lastReceived = now }

    /// What is due. Half an interval of silence on this side asks for a heartbeat, which counts as sent at once, so
    /// that heartbeats do not pile up when the socket takes nothing.
    ///
    /// - Parameter now: the time at which the owner asks; at least four times per interval.
    /// - Returns: what is due.
    public mutating func action(at now: ContinuousClock.Instant) -> Action {
        guard interval > .zero else { return .wait }
        if now - lastReceived >= interval * 2 { return .giveUp }
        guard now - lastSent >= interval / 2 else { return .wait }
        lastSent = now
        return .send
    }
}

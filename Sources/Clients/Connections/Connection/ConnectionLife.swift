/// Where a connection stands between its first byte and its end.
///
/// A value without I/O and without a clock. The owner tells it what has happened and asks what still may be done:
///
///     opening(deadline) ── opened ──> open
///     opening, open ────── drain ───> draining(reason, deadline)      what was written still goes out
///     draining ─────────── drain ───> draining                        the first reason, the earlier deadline
///     opening, open ────── end ─────> ended(reason)
///     draining ─────────── end ─────> ended(the reason it drains for)
///
/// Every other event changes nothing: a peer may answer when the connection has ended already, and several parts of
/// a client may find the same end.
///
/// Not synchronised: the actor that owns the connection owns its life. `Reason` is the client's error.
@frozen
public struct ConnectionLife<Reason: Sendable>: Sendable {
    /// Where a connection can stand.
    @frozen
    public enum State: Sendable {
        /// The handshake is under way; it has failed if it is not done at the deadline.
        case opening(deadline: ContinuousClock.Instant)
        /// The connection may be used.
        case open
        /// Nothing new begins, and the connection ends for this reason when all is sent, or at the deadline.
        case draining(Reason, deadline: ContinuousClock.Instant)
        /// The connection is over, for this reason.
        case ended(Reason)
    }

    /// Which deadline has passed.
    public enum Overdue: Sendable {
        /// The deadline of the handshake.
        case opening
        /// The deadline of draining; the reason for which the connection drains.
        case draining(Reason)
    }

    /// Whether something new may begin.
    ///
    /// Stored, since it is asked for every message: a state has a time in it, whose size only the runtime knows, and
    /// looking at the state would copy it.
    public private(set) var isOpen = false

    /// Where the connection stands.
    public private(set) var state: State {
        didSet {
            if case .open = state { isOpen = true } else { isOpen = false }
        }
    }

    /// The life of a connection whose handshake has begun.
    ///
    /// - Parameter deadline: when the handshake has failed.
    public init(openingUntil deadline: ContinuousClock.Instant) {
        state = .opening(deadline: deadline)
    }

    /// Whether the handshake is under way.
    public var isOpening: Bool {
        if case .opening = state { true } else { false }
    }

    /// Whether the connection has ended.
    public var isEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// Why nothing new may begin: the connection drains or has ended. Nil while it opens or is open.
    public var reason: Reason? {
        switch state {
        case .opening, .open: nil
        case .draining(let reason, _), .ended(let reason): reason
        }
    }

    /// Why the connection has ended; nil before, also while it drains.
    public var endReason: Reason? {
        if case .ended(let reason) = state { reason } else { nil }
    }

    /// The handshake is done.
    ///
    /// - Returns: whether it was under way; if not, nothing has changed.
    @discardableResult
    public mutating func opened() -> Bool {
        guard case .opening = state else { return false }
        state = .open
        return true
    }

    /// The connection is to end when all is sent, at the deadline anyway.
    ///
    /// - Parameters:
    ///   - reason: why; ignored when the connection drains or has ended already.
    ///   - deadline: when the connection ends although something is not sent; the earlier one holds.
    public mutating func drain(_ reason: Reason, until deadline: ContinuousClock.Instant) {
        switch state {
        case .opening, .open: state = .draining(reason, deadline: deadline)
        case .draining(let first, let earlier): state = .draining(first, deadline: min(earlier, deadline))
        case .ended: break
        }
    }

    /// The connection is over.
    ///
    /// - Parameter reason: why, unless the connection drained for another reason.
    /// - Returns: why it has ended, for those who wait; nil when it had ended already.
    public mutating func end(_ reason: Reason) -> Reason? {
        if isEnded { return nil }
        let reason = self.reason ?? reason
        state = .ended(reason)
        return reason
    }

    /// The deadline that has passed, if one has; the owner ends the connection then.
    ///
    /// - Parameter now: the time at which the owner asks.
    /// - Returns: which deadline; nil when none has passed.
    public func overdue(at now: ContinuousClock.Instant) -> Overdue? {
        switch state {
        case .opening(let deadline) where now >= deadline: .opening
        case .draining(let reason, let deadline) where now >= deadline: .draining(reason)
        case .opening, .open, .draining, .ended: nil
        }
    }
}

extension ConnectionLife.State: Equatable where Reason: Equatable {}
extension ConnectionLife.Overdue: Equatable where Reason: Equatable {}

import Synchronization

/// Whether the broker took nothing at the last attempt, so that not every request waits to find that out.
final class BrokerAvailability: Sendable {
    /// The forwarder tries every few seconds and reports the result. If it cannot (a full disk), publishers try again
    /// themselves after this time.
    static let longest: Duration = .seconds(30)

    private let awayUntil = Mutex<ContinuousClock.Instant?>(nil)

    func isAway(at now: ContinuousClock.Instant) -> Bool {
        awayUntil.withLock { $0.map { now < $0 } ?? false }
    }

    func failed(at now: ContinuousClock.Instant) {
        awayUntil.withLock { $0 = now + Self.longest }
    }

    func worked() {
        awayUntil.withLock { $0 = nil }
    }
}

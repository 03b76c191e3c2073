import Synchronization

/// Whether the broker took nothing the last time it was tried, so that not every request waits to learn the same.
final class BrokerAvailability: Sendable {
    /// The forwarder tries every few seconds and tells. Should it be unable to (a full disk), publishers try again
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

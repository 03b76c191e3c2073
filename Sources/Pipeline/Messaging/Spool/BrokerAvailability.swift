import Synchronization

/// Whether the broker took nothing at the last attempt, so that not every request waits to find that out.
final class BrokerAvailability: Sendable {
    /// The forwarder tries every few seconds and reports the result. If it cannot (a full disk), publishers try again
    /// themselves after this time.
    static let longest: Duration = .seconds(30)

    private let away = Mutex<(until: ContinuousClock.Instant, cause: String)?>(nil)

    func isAway(at now: ContinuousClock.Instant) -> Bool { cause(at: now) != nil }

    /// Why the broker took nothing at the last attempt; nil when it did, or when nobody knows any more.
    func cause(at now: ContinuousClock.Instant) -> String? {
        away.withLock { away in away.flatMap { now < $0.until ? $0.cause : nil } }
    }

    func failed(_ cause: String, at now: ContinuousClock.Instant) {
        away.withLock { $0 = (now + Self.longest, cause) }
    }

    func worked() {
        away.withLock { $0 = nil }
    }
}

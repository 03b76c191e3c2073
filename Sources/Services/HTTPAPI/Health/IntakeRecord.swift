import Messaging
import Synchronization

/// Whether the last event could be made durable: an API that answers every event with 503 is not ready, whatever its
/// parts say of themselves.
///
/// A failure counts until an event succeeds, and for half a minute at most: an API that gets no requests because it is
/// not ready would never learn that all is well again. Safe to use from any thread.
final class IntakeRecord: Sendable {
    /// How long a failure counts.
    static let memory = Duration.seconds(30)

    /// So that requests that succeed take no lock.
    private let isFailing = Atomic(false)
    private let last = Mutex<(cause: String, until: ContinuousClock.Instant)?>(nil)

    func succeeded() {
        guard isFailing.load(ordering: .relaxed) else { return }
        last.withLock { last in
            last = nil
            isFailing.store(false, ordering: .relaxed)
        }
    }

    func failed(_ cause: String, at now: ContinuousClock.Instant = .now) {
        last.withLock { last in
            last = (cause, now + Self.memory)
            isFailing.store(true, ordering: .relaxed)
        }
    }

    /// Why the last event could not be made durable; nil when it was, or too long ago.
    func failure(at now: ContinuousClock.Instant = .now) -> String? {
        last.withLock { last in last.flatMap { now < $0.until ? $0.cause : nil } }
    }
}

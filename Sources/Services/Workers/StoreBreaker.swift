package import EventLoops
import Stores
import Synchronization

/// A circuit breaker for one store, shared by the workers that write to it: while the store is away they take no more
/// events from their queue, and one worker at a time probes the store.
///
/// Safe to use from any thread.
package final class StoreBreaker: Sendable {
    private let state: Mutex<BreakerState>

    /// A closed breaker: all workers write.
    ///
    /// - Parameter backoff: The pauses between probes.
    package init(backoff: Backoff = Backoff()) {
        state = Mutex(BreakerState(backoff: backoff))
    }

    /// Why no worker writes; nil while all do.
    package var openReason: String? { state.withLock { $0.reason } }

    /// Whether the caller may use the store now, or how long to wait before it asks again. A caller that uses the store
    /// calls ``succeeded()`` or ``failed(_:)`` afterwards; one that does not calls ``abandoned()``.
    func admission() -> BreakerState.Admission { state.withLock { $0.admission(at: .now) } }

    /// Reports that the store works. Returns whether the store was away before.
    func succeeded() -> Bool { state.withLock { $0.succeeded() } }

    /// Reports that the store is away. Returns the pause before the next probe.
    func failed(_ error: StoreError) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return state.withLock { $0.failed(error.message, at: .now, using: &generator) }
    }

    /// Reports that a caller which was let in has not tried the store.
    func abandoned() { state.withLock { $0.abandoned() } }
}

/// The breaker without a clock or a lock.
struct BreakerState {
    enum Admission: Hashable {
        case go
        /// Ask again after this duration.
        case wait(Duration)
    }

    /// The interval at which waiting workers check whether the probe has returned.
    static let look = Duration.milliseconds(100)

    let backoff: Backoff
    private(set) var reason: String?
    private var failures = 0
    private var nextProbe: ContinuousClock.Instant?
    private var isProbing = false

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    mutating func admission(at now: ContinuousClock.Instant) -> Admission {
        guard let nextProbe else { return .go }
        guard !isProbing else { return .wait(Self.look) }
        // Another worker's probe may close the breaker earlier.
        guard now >= nextProbe else { return .wait(min(nextProbe - now, Self.look)) }
        isProbing = true
        return .go
    }

    mutating func succeeded() -> Bool {
        let wasOpen = nextProbe != nil
        reason = nil
        failures = 0
        nextProbe = nil
        isProbing = false
        return wasOpen
    }

    mutating func failed(
        _ reason: String, at now: ContinuousClock.Instant, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        failures += 1
        isProbing = false
        self.reason = reason
        let delay = backoff.delay(afterFailures: failures, using: &generator)
        nextProbe = now + delay
        return delay
    }

    mutating func abandoned() { isProbing = false }
}

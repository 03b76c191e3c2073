/// How long to wait before the next attempt: delays that grow from a first one to a longest one.
///
/// Each delay is random between half of what has grown and all of it, so that the many clients of one broken server do
/// not come back in step. The caller counts its failures and brings the random numbers, so that tests can repeat them:
///
/// ```swift
/// var generator = SystemRandomNumberGenerator()
/// try await Task.sleep(for: Backoff().delay(afterFailures: failures, using: &generator))
/// ```
///
/// A value without state, safe to use from any thread.
public struct Backoff: Sendable, Hashable {
    /// The delay after the first failure, before jitter.
    public var initial: Duration
    /// How many times as long each further failure makes the delay. Factors below 1 count as 1.
    public var factor: Double
    /// The longest delay, before jitter.
    public var maximum: Duration

    /// Makes a backoff; by default the delays double from 100 ms to 30 s.
    ///
    /// - Parameters:
    ///   - initial: The delay after the first failure.
    ///   - factor: How many times as long each further failure makes the delay.
    ///   - maximum: The longest delay.
    public init(initial: Duration = .milliseconds(100), factor: Double = 2, maximum: Duration = .seconds(30)) {
        self.initial = initial
        self.factor = factor
        self.maximum = maximum
    }

    /// The delay after some failures in a row.
    ///
    /// - Parameters:
    ///   - failures: How many; less than 1 counts as 1.
    ///   - generator: Where the jitter comes from.
    /// - Returns: Between half of what has grown and all of it, evenly distributed.
    public func delay(
        afterFailures failures: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        jittered(fullDelay(afterFailures: failures), &generator)
    }

    /// The delay after a failure that an early attempt does not repair, such as a wrong password.
    ///
    /// - Parameter generator: Where the jitter comes from.
    /// - Returns: Between half of ``maximum`` and all of it, evenly distributed.
    public func longestDelay(using generator: inout some RandomNumberGenerator) -> Duration {
        jittered(maximum, &generator)
    }

    private func fullDelay(afterFailures failures: Int) -> Duration {
        guard initial > .zero else { return min(initial, maximum) }
        let most = maximum / initial
        let factor = factor > 1 ? factor : 1
        var growth = 1.0
        // At most 64 steps: with a factor near 1 the loop would run as often as there were failures.
        for _ in 0..<min(max(failures, 1) - 1, 64) where growth < most { growth *= factor }
        // The product is computed only where it is shorter than the maximum: a longer one may exceed every duration.
        return growth < most ? initial * growth : maximum
    }

    private func jittered(_ full: Duration, _ generator: inout some RandomNumberGenerator) -> Duration {
        full / 2 + (full / 2) * Double.random(in: 0...1, using: &generator)
    }
}

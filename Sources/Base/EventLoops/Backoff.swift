/// How long to wait before the next attempt: growing from a first delay to a longest one, with jitter, so that many
/// clients of one broken server do not come back in step. A value without state; safe to use from any thread.
public struct Backoff: Sendable, Hashable {
    /// After the first failure, before jitter.
    public var initial: Duration
    /// Each failure makes the delay so many times as long; what is below 1 counts as 1.
    public var factor: Double
    /// No delay is longer.
    public var maximum: Duration

    /// A backoff; by default from 100 ms, doubling, to 30 s.
    public init(initial: Duration = .milliseconds(100), factor: Double = 2, maximum: Duration = .seconds(30)) {
        self.initial = initial
        self.factor = factor
        self.maximum = maximum
    }

    /// The delay after that many failures in a row: between half of what has grown and all of it, evenly distributed.
    ///
    /// - Parameter failures: 1 or more; less counts as 1.
    public func delay(
        afterFailures failures: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        jittered(fullDelay(afterFailures: failures), &generator)
    }

    /// A delay for a failure that haste does not repair, such as a wrong password: between half of ``maximum`` and all
    /// of it, evenly distributed.
    public func longestDelay(using generator: inout some RandomNumberGenerator) -> Duration {
        jittered(maximum, &generator)
    }

    private func fullDelay(afterFailures failures: Int) -> Duration {
        guard initial > .zero else { return min(initial, maximum) }
        let most = maximum / initial
        let factor = factor > 1 ? factor : 1
        var growth = 1.0
        // 64 steps, so that a factor near 1 does not take a loop of as many rounds as there were failures.
        for _ in 0..<min(max(failures, 1) - 1, 64) where growth < most { growth *= factor }
        // The product is formed only where it is shorter than the maximum: elsewhere it might be beyond any duration.
        return growth < most ? initial * growth : maximum
    }

    private func jittered(_ full: Duration, _ generator: inout some RandomNumberGenerator) -> Duration {
        full / 2 + (full / 2) * Double.random(in: 0...1, using: &generator)
    }
}

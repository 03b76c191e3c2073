/// How long to wait before the next attempt: doubling from a first delay to a longest one, with jitter, so that many
/// clients of one broken server do not come back in step.
package struct Backoff: Sendable, Hashable {
    /// Before the second attempt.
    package var first: Duration
    /// No delay is longer.
    package var longest: Duration

    /// Delays between these two.
    package init(first: Duration = .milliseconds(100), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// The delay after that many failures in a row: between half of the doubled delay and all of it.
    ///
    /// - Parameter failures: 1 or more.
    package func delay(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        // 2^20 times the first delay is beyond any sensible longest one.
        let full = min(first * (1 << min(max(failures, 1) - 1, 20)), longest)
        return full / 2 + (full / 2) * Double.random(in: 0...1, using: &generator)
    }
}

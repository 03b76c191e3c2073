/// Whether the figures are those of the server, or of the program that measured it.
package struct GeneratorVerdict: Sendable, Hashable {
    /// The share of one processor from which on this program has no time to spare: it sends from one thread.
    static let busyShare = 0.9
    /// What its timers are exact to, in microseconds.
    static let timerTolerance = 2_000

    /// Why the figures are invalid; nil if they are not.
    package let reason: String?

    /// - Parameters:
    ///   - tally: What was measured.
    ///   - interval: How long a connection has from one request to the next, in nanoseconds; nil without a rate.
    ///   - processorShare: How much of one processor this program used; above 1 where it used several.
    package init(_ tally: LoadTally, interval: Int64?, processorShare: Double) {
        let lag = tally.lag.percentile(0.99)
        let tolerated = max(Self.timerTolerance, Int((interval ?? 0) / 20_000))
        if interval != nil, lag > tolerated {
            reason =
                "invalid: the generator was the limit: one request in a hundred was sent \(lag) µs late or more, and "
                + "\(tolerated) µs are tolerated; lower --rate, or give the generator another machine"
        } else if processorShare > Self.busyShare {
            reason =
                "invalid: the generator was the limit: it used \(Int(100 * processorShare)) % of a processor; "
                + "lower --rate, or share the load between several generators"
        } else {
            reason = nil
        }
    }
}

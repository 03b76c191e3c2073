/// Whether a worker gets anything from its broker. A value without a clock.
///
/// A connection that comes back and breaks again at once, over and over, is no consuming; a quiet queue is. So an
/// interruption ends when a batch is settled, or when nothing has failed for a while of waiting.
struct ConsumingRecord: Hashable, Sendable {
    /// Longer than any attempt to consume at a broker that fails takes until its error.
    static let quiet = Duration.seconds(10)

    private var began: ContinuousClock.Instant?
    private var cause = ""
    /// Since when the worker waits for events again; nil while it pauses after an error.
    private var waitingSince: ContinuousClock.Instant?

    mutating func failed(_ cause: String, at now: ContinuousClock.Instant) {
        if interruption(at: now) == nil { began = now }
        self.cause = cause
        waitingSince = nil
    }

    /// The worker asks for events again.
    mutating func waits(at now: ContinuousClock.Instant) {
        if began != nil, waitingSince == nil { waitingSince = now }
    }

    /// Events came and were dealt with.
    mutating func succeeded() {
        self = ConsumingRecord()
    }

    func interruption(at now: ContinuousClock.Instant) -> WorkersState.Interruption? {
        guard let began else { return nil }
        if let waitingSince, now - waitingSince > Self.quiet { return nil }
        return WorkersState.Interruption(cause: cause, duration: now - began)
    }
}

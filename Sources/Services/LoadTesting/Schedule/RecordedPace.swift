import Events

/// When recorded events are due, by their times. A recording whose times go back is played on without a pause.
struct RecordedPace: Sendable {
    private let speed: Double
    private var first: Timestamp?
    private var latest: Int64 = 0

    /// - Parameter speed: How many seconds of the recording go by in one; above 0.
    init(speed: Double) {
        self.speed = speed
    }

    /// When a request that ends with an event of that time is due, in nanoseconds since the start.
    mutating func due(_ time: Timestamp) -> Int64 {
        let start = first ?? time
        first = start
        let (passed, overflows) = time.microseconds.subtractingReportingOverflow(start.microseconds)
        let due = Double(overflows ? .max : passed) * 1_000 / speed
        // Two centuries and more are never waited for.
        latest = max(latest, due < 6e18 ? Int64(due) : 6_000_000_000_000_000_000)
        return latest
    }
}

/// Which request is sent when.
///
/// A value without a clock; times are nanoseconds since the start. With a rate the model is open: requests are due at their
/// times, whether or not earlier ones were answered, and one that finds no connection free is late, which its latency shows.
/// Without one it is closed: each connection sends its next request when the last one was answered.
package struct SendSchedule: Sendable {
    /// What ends a load test.
    package enum Limit: Sendable, Hashable {
        /// So many events.
        case events(Int)
        /// This time, in nanoseconds.
        case time(Int64)
        /// The end of the recorded events.
        case recording
    }

    /// What says when requests are due.
    package enum Pace: Sendable, Hashable {
        /// Nothing: as fast as it goes.
        case closed
        /// So many events a second, above 0.
        case rate(Double)
        /// The times of the events, gone through so many times as fast; above 0.
        case recorded(speed: Double)
    }

    /// What the measurements leave out.
    package enum WarmUp: Sendable, Hashable {
        /// The first tenth of the events or of the time; nothing of a whole recording, whose length is not known.
        case tenth
        /// This time, in nanoseconds.
        case time(Int64)
    }

    /// The right to send one request.
    package struct Slot: Sendable, Hashable {
        /// The events in the request.
        package var count: Int
        /// When the request is due; nil in the closed model, and where the events' own times say it.
        package var dueAt: Int64?
        /// Whether the request does not count in the measurements.
        package var isWarmUp: Bool
    }

    package let limit: Limit
    package let pace: Pace
    package let warmUp: WarmUp
    /// Events in a request, except for the last one.
    package let batch: Int
    /// The events that were given out.
    package private(set) var given = 0

    /// - Parameter batch: 1 or more.
    package init(_ limit: Limit, _ pace: Pace, batch: Int = 1, warmUp: WarmUp = .tenth) {
        self.limit = limit
        self.pace = pace
        self.warmUp = warmUp
        self.batch = max(1, batch)
    }

    /// Gives out the next request, which is sent at its time, or now if that is over.
    ///
    /// - Returns: Nil when there is nothing more to send.
    package mutating func next(at now: Int64) -> Slot? {
        var count = batch
        var dueAt: Int64?
        if case .rate(let rate) = pace { dueAt = Self.due(given, rate) }
        switch limit {
        case .events(let most):
            count = min(count, most - given)
            if count <= 0 { return nil }
        case .time(let end):
            if now >= end || dueAt ?? now >= end { return nil }
        case .recording: break
        }
        defer { given += count }
        return Slot(count: count, dueAt: dueAt, isWarmUp: isWarmUp(at: max(now, dueAt ?? now)))
    }

    /// The events that were to be sent, whether they were or not; nil if that is just what was sent.
    package var offered: Int? {
        switch (limit, pace) {
        case (.events(let count), .closed), (.events(let count), .rate): count
        case (.time(let end), .rate(let rate)): Self.count(before: end, rate, batch)
        default: nil
        }
    }

    /// How long a connection has from one request to the next, in nanoseconds; nil without a rate.
    package func interval(connections: Int) -> Int64? {
        guard case .rate(let rate) = pace else { return nil }
        return Int64(1e9 * Double(batch * max(1, connections)) / rate)
    }

    private func isWarmUp(at time: Int64) -> Bool {
        switch (warmUp, limit) {
        case (.time(let end), _): time < end
        case (.tenth, .events(let count)): given < count / 10
        case (.tenth, .time(let end)): time < end / 10
        case (.tenth, .recording): false
        }
    }

    private static func due(_ index: Int, _ rate: Double) -> Int64 {
        Int64(Double(index) * 1e9 / rate)
    }

    /// How many events are due before a time, in whole requests.
    private static func count(before end: Int64, _ rate: Double, _ batch: Int) -> Int {
        var requests = Int(Double(end) / 1e9 * rate) / batch
        // The division above may be off by one.
        while requests > 0, due((requests - 1) * batch, rate) >= end { requests -= 1 }
        while due(requests * batch, rate) < end { requests += 1 }
        return requests * batch
    }
}

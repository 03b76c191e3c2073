/// What a load test has sent, and what came back.
package struct LoadTally: Sendable, Hashable {
    /// Requests that were sent.
    package internal(set) var requests = 0
    /// Events in them, each time that one was sent.
    package internal(set) var sent = 0
    /// Of these, events that had been sent before.
    package internal(set) var repetitions = 0
    /// Events that were answered with success.
    package internal(set) var accepted = 0
    /// Events that were refused, by the status of the answer.
    package internal(set) var refused: [Int: Int] = [:]
    /// Events without an answer: they may be stored or not.
    package internal(set) var indeterminate = 0
    /// What the first refusal said.
    package internal(set) var firstRefusal: String?
    /// Why the first request without an answer has none.
    package internal(set) var firstFailure: String?
    /// Connections that were made again after they had ended.
    package internal(set) var reconnections = 0

    /// Of requests that succeeded, from the time at which they were due; in the closed model, from sending.
    package internal(set) var corrected = LatencyHistogram()
    /// Of requests that succeeded, from sending.
    package internal(set) var raw = LatencyHistogram()
    /// How late this side sent requests that were due and had a free connection.
    package internal(set) var lag = LatencyHistogram()
    /// Events of the requests that were measured, whatever their answer; the others were for warming up.
    package internal(set) var measuredEvents = 0
    /// When the first measured request was sent and the last one answered, in nanoseconds since the start.
    package internal(set) var measuredTime: ClosedRange<Int64>?

    /// Nothing sent.
    package init() {}

    /// Events that were answered, one way or the other.
    package var answered: Int { accepted + refusedCount }

    /// Events that were refused.
    package var refusedCount: Int { refused.values.reduce(0, +) }

    /// Measured events a second; 0 without any.
    package var rate: Double {
        guard let measuredTime, measuredTime.upperBound > measuredTime.lowerBound else { return 0 }
        return Double(measuredEvents) * 1e9 / Double(measuredTime.upperBound - measuredTime.lowerBound)
    }

    /// Counts a request that is about to be sent.
    ///
    /// - Parameter repetitions: How many of the events were sent before.
    mutating func sending(_ count: Int, repetitions: Int) {
        requests += 1
        sent += count
        self.repetitions += repetitions
    }

    /// Counts what became of a request.
    ///
    /// - Parameters:
    ///   - slot: The right by which it was sent.
    ///   - dueAt: When it was due; nil in the closed model.
    ///   - readyAt: When a connection was free for it.
    mutating func ended(
        _ answer: SendAnswer, _ slot: SendSchedule.Slot, count: Int, dueAt: Int64?, readyAt: Int64
    ) {
        switch answer.outcome {
        case .accepted: accepted += count
        case .refused(let status, let text):
            refused[status, default: 0] += count
            firstRefusal = firstRefusal ?? text
        case .indeterminate(let text):
            indeterminate += count
            firstFailure = firstFailure ?? text
        }
        if slot.isWarmUp { return }
        measuredEvents += count
        let start = min(measuredTime?.lowerBound ?? answer.sentAt, answer.sentAt)
        measuredTime = start...max(measuredTime?.upperBound ?? start, answer.endedAt)
        lag.add(Int(answer.sentAt - max(dueAt ?? readyAt, readyAt)) / 1_000)
        guard case .accepted = answer.outcome else { return }
        raw.add(Int(answer.endedAt - answer.sentAt) / 1_000)
        corrected.add(Int(answer.endedAt - (dueAt ?? answer.sentAt)) / 1_000)
    }
}

package import Events
import Synchronization

/// Decides which new traces are kept: a share of them, and so many per second at most. Traces that a caller began are kept
/// as the caller says.
///
/// Safe to use from any thread. Two threads that meet at the turn of a second may let a few more pass.
package final class TraceSampler: Sendable {
    private let share: Double
    private let perSecond: Int
    private let second = Atomic<Int64>(.min)
    private let kept = Atomic(0)

    /// - Parameters:
    ///   - share: The share of new traces that are kept, 0 ... 1.
    ///   - perSecond: The most new traces that are kept per second; nil for no limit.
    package init(share: Double = 1, perSecond: Int? = nil) {
        self.share = share
        self.perSecond = perSecond ?? .max
    }

    /// Marks a new trace as kept or not.
    package func sample(_ trace: inout TraceContext, at moment: Timestamp) {
        trace.sample(share)
        guard trace.isSampled, perSecond < .max else { return }
        let now = moment.microseconds / 1_000_000
        if second.exchange(now, ordering: .relaxed) != now { kept.store(0, ordering: .relaxed) }
        if kept.wrappingAdd(1, ordering: .relaxed).newValue > perSecond { trace.leaveOut() }
    }
}

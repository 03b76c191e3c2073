import Synchronization

/// Spans that wait to be exported. Never in the way: when it is full, spans are left out and counted.
///
/// Safe to use from any thread.
package final class SpanBuffer: Sendable {
    private struct State {
        var spans: [TraceSpan] = []
        var dropped = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Which new traces have spans at all.
    package let sampler: TraceSampler

    /// - Parameter limit: The most spans that wait.
    package init(limit: Int = 8_192, sampler: TraceSampler = TraceSampler()) {
        self.limit = limit
        self.sampler = sampler
    }

    /// Adds spans, or counts those for which there is no room.
    package func add(_ spans: [TraceSpan]) {
        guard !spans.isEmpty else { return }
        state.withLock { state in
            let room = max(0, limit - state.spans.count)
            state.spans += spans.prefix(room)
            state.dropped += max(0, spans.count - room)
        }
    }

    /// Removes and returns the oldest spans.
    package func take(upTo count: Int) -> [TraceSpan] {
        state.withLock { state in
            let taken = Array(state.spans.prefix(count))
            state.spans.removeFirst(taken.count)
            return taken
        }
    }

    /// The spans that wait.
    package var count: Int { state.withLock { $0.spans.count } }

    /// The spans for which there was no room.
    package var dropped: Int { state.withLock { $0.dropped } }
}

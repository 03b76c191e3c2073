package import EventLoops
package import Events
import Messaging
package import Stores
import Synchronization

/// Writes events into one store for callers that wait for it: what came while the last batch was written is the next one.
///
/// The same parts write here as in a worker: the batch, the search by halving for an event that the store refuses, and the
/// circuit breaker. Instead of waiting for a store that is away, callers are told so. Safe to use from any task.
package final class DirectLane: Sendable {
    /// What became of an event.
    package enum Answer: Sendable, Hashable {
        /// The store has committed it, now or before.
        case stored
        /// The store has another event with its id; the text names the difference.
        case conflict(String)
        /// The store will never take it.
        case rejected(String)
        /// The store has not committed it, and may do so later.
        case failed(String)
    }

    /// What the lane reports, for logs.
    package enum Report: Sendable, Hashable {
        /// The store as a whole fails; callers are refused until the next attempt, after the pause.
        case failing(StoreError, retryIn: Duration)
        /// The store works again.
        case recovered
    }

    /// The most events that wait for the store; further ones are refused.
    package static let mostWaiting = 20_000
    /// A write that takes longer hangs: nobody waits behind it.
    package static let patience = Duration.seconds(10)

    private struct Caller: Sendable {
        let events: [Event]
        let continuation: CheckedContinuation<[Answer], Never>
    }

    private struct State {
        var inbox = BatchInbox<Caller>()
        var waiting = 0
        /// When the current write began.
        var writingSince: ContinuousClock.Instant?
    }

    /// An event of a caller, by their places in the batch.
    private struct Item: BatchItem {
        let event: Event
        let place: Int
    }

    private let sink: any EventSink
    private let breaker: StoreBreaker
    private let report: @Sendable (Report) -> Void
    private let state = Mutex(State())
    /// How many events had each answer.
    package let counts = DirectCounts()

    /// - Parameters:
    ///   - backoff: The pauses between two attempts at a store that is away.
    ///   - report: Called by the task of the write, and expected to return at once.
    package init(
        _ sink: any EventSink, backoff: Backoff = Backoff(), report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.sink = sink
        breaker = StoreBreaker(backoff: backoff)
        self.report = report
    }

    /// Why nothing is written; nil while the store works.
    package var failure: String? { breaker.openReason }

    /// How many events wait for the write after the current one.
    var waiting: Int { state.withLock { $0.waiting } }

    /// Writes events; returns when each has its answer, in their order. Cancelling the task changes nothing.
    package func write(_ events: [Event]) async -> [Answer] {
        guard !events.isEmpty else { return [] }
        let answers = await withCheckedContinuation { continuation in
            let (refusal, isFirst) = state.withLock { state -> (String?, Bool) in
                if let began = state.writingSince, .now - began > Self.patience {
                    return ("it has not answered for \((.now - began).components.seconds) s", false)
                }
                // A caller with more events than that is taken where nobody waits.
                guard state.waiting == 0 || state.waiting + events.count <= Self.mostWaiting else {
                    return ("\(state.waiting) events wait for it already", false)
                }
                state.waiting += events.count
                return (nil, state.inbox.append(Caller(events: events, continuation: continuation)))
            }
            if let refusal {
                return continuation.resume(returning: Array(repeating: .failed(refusal), count: events.count))
            }
            if isFirst { Task { await self.turns() } }
        }
        counts.add(answers)
        return answers
    }

    /// Writes one batch after the other until nobody waits.
    private func turns() async {
        while true {
            let callers = state.withLock { state -> [Caller] in
                state.writingSince = .now
                return Self.take(upTo: sink.pace.batch, from: &state)
            }
            let answers = await writeBatch(callers.flatMap(\.events))
            let isLast = state.withLock { state in
                state.writingSince = nil
                return !state.inbox.endTurn()
            }
            var place = 0
            for caller in callers {
                caller.continuation.resume(returning: Array(answers[place..<place + caller.events.count]))
                place += caller.events.count
            }
            if isLast { return }
        }
    }

    /// Whole callers, as many as fit into a batch, and at least one.
    private static func take(upTo most: Int, from state: inout State) -> [Caller] {
        var (callers, events) = (0, 0)
        for caller in state.inbox.waiting {
            guard callers == 0 || events + caller.events.count <= most else { break }
            callers += 1
            events += caller.events.count
        }
        state.waiting -= events
        return state.inbox.take(upTo: callers)
    }

    private func writeBatch(_ events: [Event]) async -> [Answer] {
        guard case .go = breaker.admission() else {
            return Array(repeating: .failed(breaker.openReason ?? "it is away"), count: events.count)
        }
        var answers = [Answer?](repeating: nil, count: events.count)
        var writing = BatchWriting<Item>(sink)
        let items = events.indices.map { Item(event: events[$0], place: $0) }
        var failure: StoreError?
        do throws(BatchInterruption) {
            try await writing.write(items[...]) { (part, _, _) throws(BatchInterruption) in
                for item in part { answers[item.place] = .stored }
            }
        } catch {
            switch error {
            case .store(let error): failure = error
            // No broker is asked here.
            case .broker(let error): failure = StoreError(.unavailable, error.message)
            }
        }
        for refusal in writing.refusals {
            answers[refusal.item.place] =
                switch refusal.failure {
                case .transient: .failed(refusal.error)
                case .permanent: refusal.isConflict ? .conflict(refusal.error) : .rejected(refusal.error)
                }
        }
        if let failure {
            report(.failing(failure, retryIn: breaker.failed(failure)))
        } else if breaker.succeeded() {
            report(.recovered)
        }
        return answers.map { $0 ?? .failed(failure?.message ?? "it gave no answer") }
    }
}

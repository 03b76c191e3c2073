package import Events
package import Messaging
package import Stores
import Synchronization
package import Workers

/// Counts what this process accepts and stores, second by second, for the last ten minutes, and keeps a few of the newest
/// events. All of it has a fixed size. Safe to use from any thread: a lock is held for some additions.
package final class ActivityRecord: Sendable {
    /// How many seconds are kept.
    package static let seconds = 600
    /// How many events are kept, and how many of a second's events at most.
    static let samples = 60
    static let samplesPerSecond = 12

    private struct State {
        var current = ActivitySecond(at: Timestamp(microseconds: 0))
        var confirms = LatencyCounts()
        var ages: [String: LatencyCounts] = [:]
        var history: [ActivitySecond] = []
        /// Newest first.
        var samples: [EventSample] = []
        var samplesLeft = samplesPerSecond
    }

    private let state = Mutex(State())

    /// A record of nothing yet.
    package init() {}

    /// Counts what was published together, and notes some of it as the newest events.
    ///
    /// - Parameters:
    ///   - time: How long that took, in microseconds.
    ///   - now: The wall clock, which is read for what is noted only.
    package func published(
        _ publications: [Publication], _ outcomes: [PublishOutcome], took time: Int,
        at now: () -> Timestamp
    ) {
        var (confirmed, spooled) = (0, 0)
        for outcome in outcomes {
            switch outcome {
            case .confirmed, .stored: confirmed += 1
            case .spooled: spooled += 1
            default: break
            }
        }
        let room = state.withLock { state in
            state.current.accepted += confirmed + spooled
            state.current.spooled += spooled
            state.current.refused += outcomes.count - confirmed - spooled
            if confirmed > 0 { state.confirms.add(time) }
            let room = min(state.samplesLeft, confirmed + spooled)
            state.samplesLeft -= room
            return room
        }
        if room > 0 { note(publications, outcomes, upTo: room, at: now()) }
    }

    /// Outside the lock, since the bodies are read.
    private func note(
        _ publications: [Publication], _ outcomes: [PublishOutcome], upTo room: Int, at now: Timestamp
    ) {
        var samples: [EventSample] = []
        for (publication, outcome) in zip(publications, outcomes) where samples.count < room {
            guard outcome.isDurable,
                let sample = EventSample(publication.message, at: now, isSpooled: outcome == .spooled)
            else { continue }
            samples.append(sample)
        }
        state.withLock { state in
            state.samples.insert(contentsOf: samples.reversed(), at: 0)
            if state.samples.count > Self.samples { state.samples.removeLast(state.samples.count - Self.samples) }
        }
    }

    /// Counts what a store has taken of a work queue.
    package func stored(_ events: [Event], _ applied: AppliedBatch, queue: String, at now: Timestamp) {
        state.withLock { state in
            state.current.stores[queue, default: .init()].stored += applied.inserted + applied.alreadyPresent
            for event in events {
                guard let receivedAt = event.receivedAt else { continue }
                // Of a time that a producer has made up, the difference may be any number.
                let age = now.microseconds &- receivedAt.microseconds
                state.ages[queue, default: LatencyCounts()].add(Int(age))
            }
            guard !state.samples.isEmpty else { return }
            let places = Dictionary(
                state.samples.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
            for event in events {
                guard let place = places[event.id] else { continue }
                state.samples[place].isSpooled = false
                state.samples[place].storedAt[queue] = now
            }
        }
    }

    /// Counts what a worker tells of failures.
    package func record(_ report: WorkerReport) {
        switch report {
        case .retrying(let queue, let count, _, _, _):
            state.withLock { $0.current.stores[queue, default: .init()].retried += count }
        case .deadLettered(let queue, let count, _, _, _):
            state.withLock { $0.current.stores[queue, default: .init()].deadLettered += count }
        default: break
        }
    }

    /// Ends the current second: what is counted from now on belongs to the next.
    ///
    /// - Parameter depths: How many messages the queues hold, as far as is known.
    @discardableResult
    package func endSecond(at now: Timestamp, depths: [String: Int]) -> ActivitySecond {
        state.withLock { state in
            var second = state.current
            second.at = now
            second.depths = depths
            second.confirm = .init(state.confirms)
            for (queue, counts) in state.ages { second.stores[queue, default: .init()].age = .init(counts) }
            state.history.append(second)
            if state.history.count > Self.seconds { state.history.removeFirst() }
            state.current = ActivitySecond(at: now)
            state.confirms.clear()
            for queue in state.ages.keys { state.ages[queue]?.clear() }
            state.samplesLeft = Self.samplesPerSecond
            return second
        }
    }

    /// The seconds of the last ten minutes, oldest first.
    package var history: [ActivitySecond] { state.withLock { $0.history } }

    /// Some of the newest events, newest first.
    package var samples: [EventSample] { state.withLock { $0.samples } }
}

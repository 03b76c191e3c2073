import Crypto
import Synchronization

/// Makes UUIDv7 ids that strictly increase, even within one millisecond and when the clock goes back.
///
/// Ids of one millisecond count up from a random start by random steps (RFC 9562 section 6.2, method 2), so that they
/// stay unique across processes and hard to guess. Safe to use from any thread.
package final class UUIDv7Generator: Sendable {
    private let state: Mutex<State>

    /// Tests that want the same ids each time pass a `generator` of their own.
    package init(using generator: some RandomNumberGenerator & Sendable = BufferedRandom()) {
        state = Mutex(State(generator: generator))
    }

    /// A new id, greater than each id before. Holds `time` unless the clock went back.
    package func next(at time: Timestamp) -> EventID {
        state.withLock { $0.next(milliseconds: EventID.milliseconds(of: time)) }
    }

    private struct State {
        var generator: any RandomNumberGenerator & Sendable
        /// Zero until the first id is made.
        var milliseconds: UInt64 = 0
        /// The 12 and the 62 bits after the time.
        var randomA: UInt16 = 0
        var randomB: UInt64 = 0

        init(generator: some RandomNumberGenerator & Sendable) {
            self.generator = generator
        }

        mutating func next(milliseconds now: UInt64) -> EventID {
            if now > milliseconds {
                start(at: now)
            } else {
                step()
            }
            return EventID(milliseconds: milliseconds, randomA: randomA, randomB: randomB)
        }

        private mutating func start(at now: UInt64) {
            milliseconds = now
            randomA = UInt16(truncatingIfNeeded: generator.next()) & EventID.randomAMask
            randomB = generator.next() & EventID.randomBMask
        }

        private mutating func step() {
            randomB += 1 + generator.next() & 0xffff_ffff
            guard randomB > EventID.randomBMask else { return }
            randomB &= EventID.randomBMask
            randomA += 1
            guard randomA > EventID.randomAMask else { return }
            // All 74 bits are used up: borrow from the future rather than repeat an id.
            start(at: milliseconds + 1)
        }
    }
}

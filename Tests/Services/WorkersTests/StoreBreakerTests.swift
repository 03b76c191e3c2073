import EventLoops
import Stores
import TestSupport
import Testing

@testable import Workers

@Suite struct StoreBreakerTests {
    private let start = ContinuousClock.now

    @Test("all workers write while the store works")
    func allGoAheadWhileTheStore() {
        var state = BreakerState(backoff: Backoff(initial: .seconds(1), maximum: .seconds(8)))
        for _ in 0..<3 {
            let admission = state.admission(at: start)
            #expect(admission == .go)
        }
        let wasOpen = state.succeeded()
        #expect(!wasOpen)
    }

    @Test("while the store is away one worker at a time probes it, after a pause that grows")
    func whenTheStoreIsAway() {
        var state = BreakerState(backoff: Backoff(initial: .seconds(1), maximum: .seconds(8)))
        var generator = SeededGenerator(seed: 25)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<6 {
            let pause = state.failed("away", at: now, using: &generator)
            pauses.append(pause)
            let early = [now, now + pause - .nanoseconds(1)].map { moment in state.admission(at: moment) }
            #expect(!early.contains(.go))
            now += pause
            let late = (0..<2).map { _ in state.admission(at: now) }
            #expect(late == [.go, .wait(BreakerState.look)], "the second worker sees that a probe is in progress")
        }
        for (index, longest) in [1, 2, 4, 8, 8, 8].enumerated() {
            #expect(pauses[index] <= .seconds(longest))
            #expect(pauses[index] >= .seconds(longest) / 2)
        }
        #expect(state.reason == "away")
        let wasOpen = state.succeeded()
        #expect(wasOpen)
        #expect(state.reason == nil)
        let admission = state.admission(at: now)
        #expect(admission == .go)
    }

    @Test("an abandoned probe is left to the next worker")
    func probeThatIsNotMadeLeaves() {
        var state = BreakerState(backoff: Backoff(initial: .seconds(1), maximum: .seconds(8)))
        var generator = SeededGenerator(seed: 25)
        let pause = state.failed("away", at: start, using: &generator)
        let first = state.admission(at: start + pause)
        state.abandoned()
        let second = state.admission(at: start + pause)
        #expect([first, second] == [.go, .go])
    }
}

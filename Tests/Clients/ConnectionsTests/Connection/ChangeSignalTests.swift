import Connections
import EventLoops
import Testing

@Suite("A signal of changes", .timeLimit(.minutes(5)))
struct ChangeSignalTests {
    /// An actor with a number that others wait for.
    private actor Counter: EventLoopActor {
        nonisolated let executor: EventLoop
        private let changes: ChangeSignal
        private var number = 0

        init() {
            executor = EventLoop(label: "counter")
            changes = ChangeSignal(loop: executor)
        }

        func increment() {
            number += 1
            changes.changed()
        }

        func wait(for wanted: Int) async {
            await changes.wait { number >= wanted }
        }

        func isReached(_ wanted: Int, within timeout: Duration) async -> Bool {
            await changes.wait(until: .now + timeout) { number >= wanted }
        }

        func wait(timeout: Duration) async { await changes.wait(after: changes.count, timeout: timeout) }
    }

    @Test("wakes all who wait, and no change is missed", arguments: 1...20)
    func wakes(round: Int) async {
        let counter = Counter()
        await withTaskGroup { group in
            for wanted in 1...50 { group.addTask { await counter.wait(for: wanted) } }
            for _ in 1...50 { group.addTask { await counter.increment() } }
        }
    }

    @Test("does not wait for a change that came between the look and the wait")
    func missed() async {
        let signal = ChangeSignal(loop: EventLoop(label: "signal"))
        let count = signal.count
        signal.changed()
        await signal.wait(after: count)
        #expect(signal.count == count + 1)
    }

    @Test("ends a wait after its timeout")
    func timeout() async {
        let start = ContinuousClock.now
        await Counter().wait(timeout: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test("says whether what was waited for has come in time")
    func deadline() async {
        let counter = Counter()
        #expect(await counter.isReached(1, within: .milliseconds(20)) == false)
        async let isReached = counter.isReached(2, within: .seconds(50))
        await counter.increment()
        await counter.increment()
        #expect(await isReached)
        #expect(await counter.isReached(2, within: .zero), "it is there already")
    }

    @Test("ends a wait when the task is cancelled, before or after it began", arguments: [true, false])
    func cancellation(yields: Bool) async {
        let counter = Counter()
        let waiting = Task { await counter.wait(for: 1) }
        if yields { await counter.wait(timeout: .milliseconds(5)) }
        waiting.cancel()
        await waiting.value
    }
}

import EventLoops
import Testing

@Suite("Waiters", .timeLimit(.minutes(5)))
struct WaitersTests {
    @Test("all who wait are resumed, and each only once")
    func all() async {
        let gate = Gate()
        let waiting = (0..<10).map { _ in Task { await gate.pass() } }
        while await gate.count < 10 { await Task.yield() }
        await gate.open(with: 5)
        for task in waiting { #expect(await task.value == 5) }
        #expect(await gate.isEmpty)
        #expect(await gate.pass() == 5)
    }

    @Test("the cancellation of one leaves the others waiting")
    func one() async {
        let gate = Gate()
        let (left, right) = (Task { await gate.pass() }, Task { await gate.pass() })
        while await gate.count < 2 { await Task.yield() }
        left.cancel()
        #expect(await left.value == nil)
        #expect(await gate.count == 1)
        await gate.open(with: 1)
        #expect(await right.value == 1)
    }

    @Test("who is cancelled before waiting does not wait")
    func before() async {
        let gate = Gate()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.pass()
        }
        task.cancel()
        #expect(await task.value == nil)
    }
}

private actor Gate: EventLoopActor {
    nonisolated let executor = EventLoop(label: "test.gate")
    private var value: Int?
    private var waiters = Waiters<Int?>()

    var isEmpty: Bool { waiters.isEmpty }
    var count: Int { waiters.count }

    func open(with value: Int) {
        self.value = value
        waiters.resumeAll(returning: value)
    }

    func pass() async -> Int? {
        let id = waiters.nextID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if value != nil || Task.isCancelled { return continuation.resume(returning: value) }
                waiters.enter(continuation, id)
            }
        } onCancel: {
            enterLater { $0.waiters.resume(id, returning: nil) }
        }
    }
}

import EventLoops
import Testing

@Suite("Latch", .timeLimit(.minutes(5)))
struct LatchTests {
    @Test("the first value stands, and everybody who waits gets it")
    func value() async {
        let latch = Latch<Int>()
        #expect(latch.value == nil)
        let seen = await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { await latch.wait() } }
            group.addTask {
                #expect(latch.set(1))
                #expect(!latch.set(2))
                return nil
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen.compactMap(\.self) == Array(repeating: 1, count: 20))
        #expect(await latch.wait() == 1)
        #expect(latch.value == 1)
    }

    @Test("a task that is cancelled waits no longer, whenever that happens")
    func cancellation() async {
        for _ in 0..<200 {
            let latch = Latch<Int>()
            let waiting = Task { await latch.wait() }
            if Bool.random() { await Task.yield() }
            waiting.cancel()
            #expect(await waiting.value == nil)
        }
    }

    @Test("a cancellation and the value at the same time resume a task once")
    func race() async {
        for _ in 0..<200 {
            let latch = Latch<Int>()
            let waiting = Task { await latch.wait() }
            async let value: Void = { _ = latch.set(7) }()
            async let cancelled: Void = waiting.cancel()
            _ = await (value, cancelled)
            let seen = await waiting.value
            #expect(seen == nil || seen == 7)
        }
    }

    @Test("a value that is set already is given to a cancelled task too")
    func late() async {
        let latch = Latch<Int>()
        latch.set(3)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await latch.wait()
        }
        task.cancel()
        #expect(await task.value == 3)
    }
}

import Testing

@testable import App

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    private struct Failure: Error {}

    @Test("work that ends by itself gives its result and ends the wait for the signal")
    func workThatEndsByItselfGives() async throws {
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        let result = try await withCancellation(
            when: {
                await untilCancelled()
                continuation.finish()
            }, { 7 })
        #expect(result == 7)
        for await _ in ended {}
    }

    @Test("a signal cancels the work, whose result so far is returned")
    func signalCancelsTheWorkWhoseResult() async throws {
        let result = try await withCancellation(when: {}) {
            await untilCancelled()
            return "half"
        }
        #expect(result == "half")
    }

    @Test("the work's error is thrown")
    func worksErrorIsThrown() async {
        await #expect(throws: Failure.self) {
            try await withCancellation(when: { await untilCancelled() }) { throw Failure() }
        }
    }

    @Test("cancelling the task cancels the work")
    func cancellingTheTaskCancelsTheWork() async throws {
        let running = Task {
            try await withCancellation(when: { await untilCancelled() }) {
                await untilCancelled()
                return Task.isCancelled
            }
        }
        running.cancel()
        #expect(try await running.value)
    }
}

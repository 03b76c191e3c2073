import EventLoops
import Testing

@Suite("An answer given once", .timeLimit(.minutes(5)))
struct OnceTests {
    struct Failure: Error, Equatable {}

    @Test("the first answer resumes the task that waits, and later ones are dropped")
    func first() async {
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
            let once = Once(continuation)
            #expect(once.resume(returning: 1))
            #expect(!once.resume(returning: 2))
        }
        #expect(answer == 1)
    }

    @Test("an answer may come before the task waits")
    func early() async throws {
        let once = Once<Int, any Error>()
        #expect(once.resume(throwing: Failure()))
        #expect(!once.resume(returning: 2))
        await #expect(throws: Failure()) {
            _ = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int, any Error>) in
                #expect(!once.expect(continuation))
            }
        }
        #expect(!once.resume(returning: 3))
    }

    @Test("of many answers from many tasks at once, one is the first")
    func race() async {
        for _ in 0..<100 {
            let once = Once<Int, Never>()
            let tasks = (0..<8).map { number in Task { once.resume(returning: number) } }
            let answer = await withCheckedContinuation { continuation in _ = once.expect(continuation) }
            var firsts: [Int] = []
            for (number, task) in tasks.enumerated() where await task.value { firsts.append(number) }
            #expect(firsts == [answer])
        }
    }
}

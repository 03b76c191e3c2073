import Stores
import TestSupport
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("doubles from the first delay to the longest, and lies between half of it and all of it")
    func doubling() {
        let backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
        var generator = SeededGenerator(seed: 24)
        for (failures, full) in [(1, 100), (2, 200), (3, 400), (5, 1_600), (6, 2_000), (60, 2_000), (.max, 2_000)] {
            for _ in 0..<50 {
                let delay = backoff.delay(afterFailures: failures, using: &generator)
                #expect(delay >= .milliseconds(full / 2) && delay <= .milliseconds(full))
            }
        }
    }

    @Test("many clients do not come back in step")
    func jitter() {
        var generator = SeededGenerator(seed: 24)
        let delays = (0..<50).map { _ in Backoff().delay(afterFailures: 4, using: &generator) }
        #expect(Set(delays).count > 40)
    }
}

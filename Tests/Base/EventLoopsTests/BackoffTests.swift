import EventLoops
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("doubles from the first delay to the longest, and lies between half of it and all of it")
    func doubling() {
        let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))
        var generator = SystemRandomNumberGenerator()
        for (failures, full) in [(1, 100), (2, 200), (3, 400), (5, 1_600), (6, 2_000), (60, 2_000), (.max, 2_000)] {
            for _ in 0..<50 {
                let delay = backoff.delay(afterFailures: failures, using: &generator)
                #expect(delay >= .milliseconds(full / 2) && delay <= .milliseconds(full))
            }
        }
    }

    @Test("many clients do not come back in step")
    func jitter() {
        var generator = SystemRandomNumberGenerator()
        let delays = (0..<50).map { _ in Backoff().delay(afterFailures: 4, using: &generator) }
        #expect(Set(delays).count > 40)
    }

    @Test("grows by its factor, and one below 1 does not make it shrink")
    func factors() {
        var generator = SystemRandomNumberGenerator()
        for (factor, failures, full) in [(10.0, 3, 10_000), (1, 9, 100), (0.1, 9, 100), (.nan, 9, 100), (1.5, 2, 150)] {
            let backoff = Backoff(initial: .milliseconds(100), factor: factor, maximum: .seconds(60))
            let delay = backoff.delay(afterFailures: failures, using: &generator)
            #expect(delay >= .milliseconds(full / 2) && delay <= .milliseconds(full))
        }
    }

    @Test("extremes end at the maximum and trap nowhere")
    func extremes() {
        var generator = SystemRandomNumberGenerator()
        let steep = Backoff(initial: .seconds(86_400), factor: .infinity, maximum: .seconds(100_000))
        #expect(steep.delay(afterFailures: .max, using: &generator) >= .seconds(50_000))
        #expect(steep.delay(afterFailures: .min, using: &generator) <= .seconds(86_400))
        let none = Backoff(initial: .zero, maximum: .zero)
        #expect(none.delay(afterFailures: 3, using: &generator) == .zero)
    }

    @Test("the longest delay is between half of the maximum and all of it")
    func longest() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let delay = Backoff(maximum: .seconds(2)).longestDelay(using: &generator)
            #expect(delay >= .seconds(1) && delay <= .seconds(2))
        }
    }
}

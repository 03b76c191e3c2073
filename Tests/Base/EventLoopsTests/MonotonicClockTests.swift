import EventLoops
import Testing

@Suite("Monotonic clock")
struct MonotonicClockTests {
    @Test("the monotonic clock never goes back")
    func monotony() {
        let times = (0..<1_000).map { _ in MonotonicClock.nanoseconds() }
        #expect(times == times.sorted())
        let microseconds = MonotonicClock.microseconds()
        #expect(microseconds >= times[999] / 1_000)
    }
}

import EventLoops
import Testing

@Suite("Units of durations")
struct DurationUnitsTests {
    @Test("whole units are rounded towards zero")
    func rounding() {
        let duration = Duration.nanoseconds(1_999_999_999)
        #expect(duration.wholeMilliseconds == 1_999)
        #expect(duration.wholeNanoseconds == 1_999_999_999)
        #expect((.zero - duration).wholeMilliseconds == -1_999)
        #expect((duration / 10).wholeNanoseconds == 199_999_999)
        #expect(Duration.milliseconds(1_500).seconds == 1.5)
    }

    @Test("a duration beyond any clock is bounded, so that a sum with a clock does not overflow")
    func bounds() {
        let longest = Duration.seconds(Int64.max)
        #expect(longest.wholeNanoseconds == 3_000_000_000_000_000_000)
        #expect(longest.wholeMilliseconds == 3_000_000_000_000)
        #expect((.zero - longest).wholeNanoseconds == -3_000_000_000_000_000_000)
        #expect(MonotonicClock.nanoseconds() + longest.wholeNanoseconds > 0)
    }
}

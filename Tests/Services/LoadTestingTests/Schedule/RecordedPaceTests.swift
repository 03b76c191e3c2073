import Events
import Testing

@testable import LoadTesting

@Suite("The pace of recorded events") struct RecordedPaceTests {
    @Test("follows their times, so many times as fast, and never goes back")
    func pace() {
        var pace = RecordedPace(speed: 60)
        let times: [Int64] = [0, 60, 120, 90, 180].map { 1_700_000_000_000_000 + $0 * 1_000_000 }
        let due = times.map { pace.due(Timestamp(microseconds: $0)) }
        #expect(due == [0, 1_000_000_000, 2_000_000_000, 2_000_000_000, 3_000_000_000])
    }

    @Test("bears times that are far apart")
    func extremes() {
        var pace = RecordedPace(speed: 1e-9)
        _ = pace.due(Timestamp(microseconds: .min))
        #expect(pace.due(Timestamp(microseconds: .max)) > 0)
    }
}

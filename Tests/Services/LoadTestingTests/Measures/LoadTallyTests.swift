import Testing

@testable import LoadTesting

@Suite("The counts of a load test") struct LoadTallyTests {
    private static let millisecond: Int64 = 1_000_000
    private static let slot = SendSchedule.Slot(count: 1, dueAt: nil, isWarmUp: false)

    @Test("a server that stops for a second shows in the corrected latencies, and hardly in the raw ones")
    func coordinatedOmission() {
        // 100 requests are due every 10 ms over one connection; the server takes 1 ms, and once a second.
        var tally = LoadTally()
        var freeAt: Int64 = 0
        for index in 0..<100 {
            let dueAt = Int64(index) * 10 * Self.millisecond
            let sentAt = max(dueAt, freeAt)
            freeAt = sentAt + (index == 10 ? 1_000 : 1) * Self.millisecond
            let answer = SendAnswer(.accepted, sentAt: sentAt, endedAt: freeAt)
            tally.sending(1, repetitions: 0)
            tally.ended(answer, Self.slot, count: 1, dueAt: dueAt, readyAt: index == 0 ? 0 : sentAt)
        }
        #expect(tally.raw.percentile(0.9) < 1_100)
        #expect(tally.corrected.percentile(0.5) > 400_000)
        #expect(tally.corrected.maximum == 1_000_000)
        #expect(tally.lag.maximum == 0, "waiting for the server is not this side's delay")
    }

    @Test("how late this side was counts from the due time, or from when a connection was free")
    func lag() {
        var tally = LoadTally()
        let answer = SendAnswer(.accepted, sentAt: 30 * Self.millisecond, endedAt: 31 * Self.millisecond)
        tally.ended(answer, Self.slot, count: 1, dueAt: 10 * Self.millisecond, readyAt: 25 * Self.millisecond)
        #expect(tally.lag.maximum == 5_000)
        tally.ended(answer, Self.slot, count: 1, dueAt: 10 * Self.millisecond, readyAt: 5 * Self.millisecond)
        #expect(tally.lag.maximum == 20_000)
    }

    @Test("refused ones are counted by status, and neither they nor those without an answer are in the latencies")
    func outcomes() {
        var tally = LoadTally()
        for outcome: SendAnswer.Outcome in [
            .accepted, .refused(status: 503, text: "full"), .refused(status: 422, text: "bad"),
            .refused(status: 503, text: "other"), .indeterminate("gone"),
        ] {
            tally.sending(10, repetitions: 1)
            tally.ended(
                SendAnswer(outcome, sentAt: 0, endedAt: 1), Self.slot, count: 10, dueAt: nil, readyAt: 0)
        }
        #expect(tally.refused == [503: 20, 422: 10])
        #expect(tally.firstRefusal == "full")
        #expect(tally.firstFailure == "gone")
        #expect((tally.sent, tally.repetitions, tally.requests) == (50, 5, 5))
        #expect((tally.accepted, tally.answered, tally.indeterminate) == (10, 40, 10))
        #expect(tally.raw.count == 1)
        #expect(tally.corrected.count == 1)
    }

    @Test("what warms up counts as sent and answered, and is not measured")
    func warmUp() {
        var tally = LoadTally()
        let warming = SendSchedule.Slot(count: 1, dueAt: nil, isWarmUp: true)
        tally.sending(1, repetitions: 0)
        tally.ended(SendAnswer(.accepted, sentAt: 0, endedAt: 9), warming, count: 1, dueAt: nil, readyAt: 0)
        #expect(tally.accepted == 1)
        #expect(tally.raw.count == 0)
        #expect(tally.measuredEvents == 0)
        #expect(tally.rate == 0)
        for start in [Int64(1), 2] {
            let answer = SendAnswer(.accepted, sentAt: start * 500_000_000, endedAt: (start + 1) * 500_000_000)
            tally.ended(answer, Self.slot, count: 1, dueAt: nil, readyAt: 0)
        }
        #expect(tally.rate == 2)
    }
}

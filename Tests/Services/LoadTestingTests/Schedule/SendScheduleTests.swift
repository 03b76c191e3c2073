import Testing

@testable import LoadTesting

@Suite("When requests are sent") struct SendScheduleTests {
    private static let second: Int64 = 1_000_000_000

    @Test("without a rate, whenever a connection is free, until all events are given out")
    func closed() {
        var schedule = SendSchedule(.events(25), .closed, batch: 10, warmUp: .time(0))
        let slots = (0..<4).map { schedule.next(at: Int64($0)) }
        #expect(slots.map { $0?.count } == [10, 10, 5, nil])
        #expect(slots.allSatisfy { $0?.dueAt == nil })
        #expect(schedule.offered == 25)
        #expect(schedule.interval(connections: 4) == nil)
    }

    @Test("with a rate, at its times, whenever they are asked for")
    func open() {
        var schedule = SendSchedule(.events(5), .rate(100), warmUp: .time(0))
        #expect(schedule.next(at: 0)?.dueAt == 0)
        #expect(schedule.next(at: 0)?.dueAt == 10_000_000)
        #expect(schedule.next(at: 3 * Self.second)?.dueAt == 20_000_000, "late ones keep their times")
        var batches = SendSchedule(.events(5), .rate(100), batch: 2)
        #expect([0, 1, 2, 3].map { _ in batches.next(at: 0)?.dueAt } == [0, 20_000_000, 40_000_000, nil])
        #expect(batches.interval(connections: 8) == 160_000_000)
    }

    @Test("for a time, those that are due before its end, and what could not be sent by then is dropped")
    func time() {
        var schedule = SendSchedule(.time(Self.second), .rate(1_000))
        var given = 0
        while schedule.next(at: 0) != nil { given += 1 }
        #expect(given == 1_000)
        #expect(schedule.offered == 1_000)
        var late = SendSchedule(.time(Self.second), .rate(1_000))
        #expect(late.next(at: Self.second - 1) != nil)
        #expect(late.next(at: Self.second) == nil)
        #expect(late.offered == 1_000)
        #expect(late.given == 1)
        var closed = SendSchedule(.time(Self.second), .closed)
        #expect(closed.next(at: Self.second - 1) != nil)
        #expect(closed.next(at: Self.second) == nil)
        #expect(closed.offered == nil)
    }

    @Test(
        "offered events are those that are given out, for rates that do not divide a second",
        arguments: [
            0.3, 3, 7, 33.3, 999, 30_000,
        ])
    func offered(rate: Double) {
        for batch in [1, 7] {
            var schedule = SendSchedule(.time(10 * Self.second), .rate(rate), batch: batch)
            var given = 0
            while let slot = schedule.next(at: 0) { given += slot.count }
            #expect(schedule.offered == given)
        }
    }

    @Test("the first tenth is for warming up, or the time that is named")
    func warmUp() {
        var tenth = SendSchedule(.events(100), .closed)
        #expect((0..<100).count { _ in tenth.next(at: 0)?.isWarmUp == true } == 10)
        var time = SendSchedule(.time(10 * Self.second), .closed)
        #expect(time.next(at: Self.second - 1)?.isWarmUp == true)
        #expect(time.next(at: Self.second)?.isWarmUp == false)
        var named = SendSchedule(.events(3), .rate(1), warmUp: .time(Self.second))
        #expect((0..<3).map { _ in named.next(at: 0)?.isWarmUp } == [true, false, false], "by the due time")
        var whole = SendSchedule(.recording, .closed)
        #expect(whole.next(at: 0)?.isWarmUp == false)
    }
}

import Testing

@testable import Metrics

@Suite struct HistogramTests {
    @Test("a value counts in the first bucket whose bound it does not exceed, or above all")
    func buckets() {
        let histogram = Histogram(.init([1, 10, 100]))
        for value in [0, 1, 2, 10, 11, 100, 101, 1_000_000] { histogram.add(value) }
        #expect(histogram.snapshot.counts == [2, 2, 2, 2])
        #expect(histogram.snapshot.sum == 1_000_225)
        #expect(histogram.snapshot.count == 8)
    }

    @Test("times are counted in microseconds, and one that no number holds as the longest")
    func times() {
        let histogram = Histogram(.durations)
        histogram.add(.milliseconds(1), count: 3)
        histogram.add(.microseconds(1_001))
        #expect(Array(histogram.snapshot.counts.prefix(2)) == [3, 1])
        histogram.add(.seconds(Int64.max))
        #expect(histogram.snapshot.counts.last == 1)
        histogram.add(.seconds(-5))
        #expect(histogram.snapshot.counts.first == 4, "a clock that was set back")
    }

    @Test("nothing that several threads count at once is missing")
    func threads() async {
        let histogram = Histogram(.counts)
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask { for value in 0..<10_000 { histogram.add(value % (task + 2)) } }
            }
        }
        #expect(histogram.snapshot.count == 80_000)
    }
}

@Suite struct CountersTests {
    enum Fruit: CaseIterable { case apple, pear }

    @Test("each case has a number of its own")
    func cases() {
        let counters = Counters<Fruit>()
        counters.add(to: .pear)
        counters.add(4, to: .pear)
        #expect(counters[.pear] == 5 && counters[.apple] == 0)
        #expect(counters.all.map(\.count) == [0, 5])
    }
}

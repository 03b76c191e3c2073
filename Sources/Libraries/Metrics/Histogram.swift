/// How often values fell below each of some bounds. Counting takes neither a lock nor memory; safe to use from any thread.
///
/// Values are whole numbers of a small unit, such as microseconds, and are told in a larger one, such as seconds.
package final class Histogram: Sendable {
    /// The least bounds of the buckets, ascending, and how many units the told unit has.
    package struct Buckets: Sendable, Hashable {
        /// Upper bounds, each part of its bucket.
        package let bounds: [Int]
        /// How many of the counted units make one that is told.
        package let unit: Int

        /// - Parameters:
        ///   - bounds: Ascending numbers, at least one.
        ///   - unit: 1 or more.
        package init(_ bounds: [Int], unit: Int = 1) {
            precondition(!bounds.isEmpty && unit >= 1, "at least one bound")
            precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
            self.bounds = bounds
            self.unit = unit
        }

        /// Microseconds, told in seconds: 1 ms to 5 min.
        package static let durations = Buckets(
            [
                1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
                10_000_000, 30_000_000, 60_000_000, 120_000_000, 300_000_000,
            ], unit: 1_000_000)

        /// Numbers of things: 1 to 10,000.
        package static let counts = Buckets([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000])
    }

    /// What has been counted up to one moment.
    package struct Snapshot: Sendable, Hashable {
        package let buckets: Buckets
        /// The values in each bucket, and last those above all bounds.
        package let counts: [Int]
        /// The sum of all values, in the counted unit.
        package let sum: Int

        /// All values.
        package var count: Int { counts.reduce(0, +) }
    }

    package let buckets: Buckets
    /// One for each bucket, and last that of the values above all bounds.
    private let counts: [Counter]
    private let sum = Counter()

    /// Nothing is counted yet.
    package init(_ buckets: Buckets) {
        self.buckets = buckets
        counts = (0...buckets.bounds.count).map { _ in Counter() }
    }

    /// Counts a value, `count` times.
    package func add(_ value: Int, count: Int = 1) {
        var index = 0
        while index < buckets.bounds.count, value > buckets.bounds[index] { index += 1 }
        counts[index].add(count)
        sum.add(value &* count)
    }

    /// What has been counted. Values that are counted meanwhile may be missing from the sum, or be in it alone.
    package var snapshot: Snapshot {
        Snapshot(
            buckets: buckets, counts: counts.map(\.value), sum: sum.value)
    }
}

extension Histogram {
    /// Counts a time in a histogram of microseconds.
    package func add(_ time: Duration, count: Int = 1) {
        add(time.inMicroseconds, count: count)
    }
}

extension Duration {
    /// Whole microseconds; what Int cannot hold counts as the nearest that it can.
    fileprivate var inMicroseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflows) = Int(seconds).multipliedReportingOverflow(by: 1_000_000)
        return overflows ? (seconds < 0 ? .min : .max) : product &+ Int(attoseconds / 1_000_000_000_000)
    }
}

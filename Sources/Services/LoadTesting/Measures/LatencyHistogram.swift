/// Counts times so exactly that percentiles are right to 0.8 %, in some kilobytes however many there are: each power of two
/// is divided into 128 parts (the form of HdrHistogram).
package struct LatencyHistogram: Sendable, Hashable {
    private static let partBits = 7
    private static let parts = 1 << partBits
    /// Five weeks in microseconds; longer times count as this.
    private static let most = 1 << 42

    private var counts: [Int] = []
    /// How many times were counted.
    package private(set) var count = 0
    /// The longest, exactly, in microseconds; 0 without any.
    package private(set) var maximum = 0

    /// Nothing counted.
    package init() {}

    /// Counts a time.
    ///
    /// - Parameter microseconds: Negative ones count as 0.
    package mutating func add(_ microseconds: Int) {
        let value = min(max(0, microseconds), Self.most)
        let index = Self.index(of: value)
        if index >= counts.count { counts += [Int](repeating: 0, count: index + Self.parts - counts.count) }
        counts[index] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// The time that so many of all were not above, in microseconds; 0 without any.
    ///
    /// - Parameter share: 0 to 1, such as 0.99.
    package func percentile(_ share: Double) -> Int {
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return min(Self.upperBound(of: index), maximum) }
        }
        return maximum
    }

    private static func index(of value: Int) -> Int {
        guard value >= 2 * parts else { return value }
        let shift = Int.bitWidth - 1 - value.leadingZeroBitCount - partBits
        return shift * parts + (value >> shift)
    }

    /// The greatest value that counts at an index.
    private static func upperBound(of index: Int) -> Int {
        guard index >= 2 * parts else { return index }
        let shift = index / parts - 1
        return ((index - shift * parts + 1) << shift) - 1
    }
}

/// The position of a message in its queue's table: first by priority, the highest first, then by arrival. The tables
/// are ordered by position, so priority costs nothing, and without priorities every arrival is an append.
enum QueuePosition {
    private static let sequenceBits: Int64 = 48

    /// The position of the `sequence`th arrival (at 10^6 per second, the numbers last for nine years).
    ///
    /// - Parameter highest: the queue's highest priority; nil or 0 for a queue without priorities.
    static func position(sequence: Int64, priority: UInt8, highest: UInt8?) -> Int64 {
        let highest = highest ?? 0
        return Int64(highest - min(priority, highest)) << sequenceBits | sequence
    }

    /// Whether both positions belong to the same priority.
    static func haveSamePriority(_ left: Int64, _ right: Int64) -> Bool {
        left >> sequenceBits == right >> sequenceBits
    }
}

/// Positions from `first` to `last`.
struct PositionRange: Hashable, Sendable {
    var first: Int64
    var last: Int64

    /// Sorts `positions` and joins neighbours: a range has every position between its ends.
    static func ranges(of positions: [Int64]) -> [PositionRange] {
        var ranges: [PositionRange] = []
        for position in positions.sorted() {
            if let last = ranges.last?.last, last + 1 == position {
                ranges[ranges.count - 1].last = position
            } else {
                ranges.append(PositionRange(first: position, last: position))
            }
        }
        return ranges
    }
}

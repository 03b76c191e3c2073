/// Counts durations by their size, in steps of an eighth of an octave, so that a percentile is found within 7 %. A value
/// of a fixed size.
struct LatencyCounts: Sendable {
    /// Steps of an octave; the first three octaves of microseconds share one step each.
    private static let steps = 8
    /// The largest exponent that is told apart: durations above 19 hours count as the largest.
    private static let largestExponent = 36

    private var counts = [UInt32](repeating: 0, count: (largestExponent + 1) * steps)
    private var total: UInt64 = 0

    /// Counts a duration, in microseconds, that happened to so many events.
    mutating func add(_ duration: Int, times: Int = 1) {
        let place = Self.place(of: duration)
        counts[place] = counts[place].addingReportingOverflow(UInt32(clamping: times)).partialValue
        total += UInt64(clamping: times)
    }

    /// The duration, in seconds, that this share of the counted ones does not exceed; nil if none was counted.
    func seconds(at share: Double) -> Double? {
        guard total > 0 else { return nil }
        let wanted = max(1, UInt64((Double(total) * share).rounded(.up)))
        var seen: UInt64 = 0
        for (place, count) in counts.enumerated() where count > 0 {
            seen += UInt64(count)
            if seen >= wanted { return Self.middle(of: place) / 1_000_000 }
        }
        return nil
    }

    /// Forgets all.
    mutating func clear() {
        guard total > 0 else { return }
        total = 0
        for place in counts.indices { counts[place] = 0 }
    }

    private static func place(of duration: Int) -> Int {
        let microseconds = UInt64(max(0, duration))
        guard microseconds >= 8 else { return Int(microseconds) }
        let exponent = 63 - microseconds.leadingZeroBitCount
        guard exponent <= largestExponent else { return (largestExponent + 1) * steps - 1 }
        return exponent * steps + Int(microseconds >> UInt64(exponent - 3) & 7)
    }

    /// In microseconds.
    private static func middle(of place: Int) -> Double {
        let (exponent, step) = place.quotientAndRemainder(dividingBy: steps)
        guard exponent >= 3 else { return Double(place) }
        let width = Double(UInt64(1) << UInt64(exponent - 3))
        return (8 + Double(step) + 0.5) * width
    }
}

import Bytes

/// Chooses one of so many things, of which few are chosen often and most rarely: the chance of the one at rank r is in
/// proportion to 1/r^exponent, as with the products and customers of shops.
struct SkewedChoice: Sendable {
    /// The chance of each rank and those before it.
    private let cumulative: [Double]

    /// - Parameters:
    ///   - count: How many things; 1 or more.
    ///   - exponent: 0 chooses all alike; about 1 is usual for products.
    init(count: Int, exponent: Double) {
        var cumulative: [Double] = []
        cumulative.reserveCapacity(count)
        var sum = 0.0
        for rank in 1...max(1, count) {
            sum += Power.of(1 / Double(rank), exponent)
            cumulative.append(sum)
        }
        self.cumulative = cumulative
    }

    /// - Returns: A rank, 0 being the most frequent.
    func next(using generator: inout SplitMix64) -> Int {
        let target = generator.nextShare() * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= target { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SplitMix64 {
    /// A number from 0 to below 1.
    mutating func nextShare() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Whether something happens that happens with this chance.
    mutating func happens(_ chance: Double) -> Bool {
        nextShare() < chance
    }
}

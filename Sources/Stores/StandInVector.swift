/// A deterministic unit vector for a product that the catalogue has no vector of.
///
/// Each feature (the product itself, its brand, every level of its category) adds a fixed pattern of signs with a
/// weight of its own. Products that share a brand or a category so get similar vectors, and patterns of different
/// features are close to orthogonal. All sums are small whole numbers, so every machine computes the same bits.
public enum StandInVector {
    private static let productWeight: Int32 = 2
    private static let brandWeight: Int32 = 2
    private static let categoryLevelWeight: Int32 = 3

    /// The vector of length one for `features`.
    ///
    /// - Parameter dimension: the number of components; 1 or more.
    public static func make(_ features: ProductFeatures, dimension: Int) -> [Float] {
        var sums = [Int32](repeating: 0, count: dimension)
        var hash = TokenHash(kind: 0)
        hash.add(UInt64(bitPattern: features.productID))
        add(hash, weight: productWeight, to: &sums)
        if let brand = features.brand {
            var hash = TokenHash(kind: 1)
            for byte in brand.utf8 { hash.add(byte) }
            add(hash, weight: brandWeight, to: &sums)
        }
        if let category = features.categoryCode {
            var hash = TokenHash(kind: 2)
            for byte in category.utf8 {
                if byte == UInt8(ascii: ".") { add(hash, weight: categoryLevelWeight, to: &sums) }
                hash.add(byte)
            }
            add(hash, weight: categoryLevelWeight, to: &sums)
        }
        return normalised(sums)
    }

    private static func add(_ hash: TokenHash, weight: Int32, to sums: inout [Int32]) {
        var state = hash.value
        var signs: UInt64 = 0
        for index in sums.indices {
            if index & 63 == 0 { signs = splitMix(&state) }
            sums[index] += signs & 1 == 0 ? weight : -weight
            signs >>= 1
        }
    }

    private static func normalised(_ sums: [Int32]) -> [Float] {
        let square = sums.reduce(Int64(0)) { $0 + Int64($1) * Int64($1) }
        // Signs can cancel out in every component only where the dimension is tiny; any unit vector will do then.
        guard square > 0 else { return [1] + [Float](repeating: 0, count: sums.count - 1) }
        let length = Double(square).squareRoot()
        return sums.map { Float(Double($0) / length) }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): a full-period generator whose outputs pass as independent bits.
    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// FNV-1a over 64 bits; the standard library's hasher is seeded anew in every process.
    private struct TokenHash {
        private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

        init(kind: UInt8) { add(kind) }

        mutating func add(_ byte: UInt8) {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }

        mutating func add(_ word: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
        }
    }
}

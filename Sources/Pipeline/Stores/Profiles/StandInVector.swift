/// A deterministic unit vector for a product that the catalogue has no vector of.
///
/// Each feature (the product itself, its brand, every level of its category) adds a fixed pattern of signs with a
/// weight of its own. Products that share a brand or a category so get similar vectors, and patterns of different
/// features are close to orthogonal. All sums are small whole numbers, so every machine computes the same bits.
package enum StandInVector {
    private static let productWeight: Int16 = 2
    private static let brandWeight: Int16 = 2
    private static let categoryLevelWeight: Int16 = 3

    /// The vector of length one for `features`.
    ///
    /// - Parameter dimension: the number of components; 1 or more.
    package static func make(_ features: ProductFeatures, dimension: Int) -> [Float] {
        var sums = SignSums(dimension: dimension)
        var hash = TokenHash(kind: 0)
        hash.add(UInt64(bitPattern: features.productID))
        sums.add(signsOf: hash, weight: productWeight)
        if let brand = features.brand {
            var hash = TokenHash(kind: 1)
            for byte in brand.utf8 { hash.add(byte) }
            sums.add(signsOf: hash, weight: brandWeight)
        }
        if let category = features.categoryCode {
            var hash = TokenHash(kind: 2)
            for byte in category.utf8 {
                if byte == UInt8(ascii: ".") { sums.add(signsOf: hash, weight: categoryLevelWeight) }
                hash.add(byte)
            }
            sums.add(signsOf: hash, weight: categoryLevelWeight)
        }
        return sums.unitVector()
    }
}

/// Weighted sums of sign patterns, eight components at a time.
///
/// A category of 256 characters has at most 257 levels, so that no sum leaves Int16.
private struct SignSums {
    /// Eight signs for each byte: +1 for a 0, lowest bit first.
    private static let signs: [SIMD8<Int16>] = (0..<256).map { byte in
        var signs = SIMD8<Int16>(repeating: 1)
        for bit in 0..<8 where byte >> bit & 1 == 1 { signs[bit] = -1 }
        return signs
    }

    private let dimension: Int
    private var sums: [SIMD8<Int16>]

    init(dimension: Int) {
        self.dimension = dimension
        sums = Array(repeating: .zero, count: (dimension + 7) / 8)
    }

    mutating func add(signsOf token: TokenHash, weight: Int16) {
        let signs = Self.signs
        var state = token.value
        var bits: UInt64 = 0
        for index in sums.indices {
            if index & 7 == 0 { bits = splitMix(&state) }
            sums[index] &+= signs[Int(bits & 0xFF)] &* weight
            bits >>= 8
        }
    }

    func unitVector() -> [Float] {
        var vector = [Float](repeating: 0, count: dimension)
        var square: Int64 = 0
        for index in vector.indices {
            let sum = sums[index >> 3][index & 7]
            vector[index] = Float(sum)
            square += Int64(sum) * Int64(sum)
        }
        guard square > 0 else {
            // Signs can cancel out in every component only where there are very few; any unit vector will do then.
            vector[0] = 1
            return vector
        }
        let length = Double(square).squareRoot()
        for index in vector.indices { vector[index] = Float(Double(vector[index]) / length) }
        return vector
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): a full-period generator whose outputs pass as independent bits.
    private func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
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

import Bytes

/// A deterministic unit vector for a product without a vector in the catalogue.
///
/// Each feature (the product itself, its brand, every level of its category) adds a fixed pattern of signs with its own
/// weight. Products that share a brand or a category therefore get similar vectors, and patterns of different features
/// are close to orthogonal. All sums are small whole numbers, so every machine computes the same bits.
package enum StandInVector {
    private static let productWeight: Int16 = 2
    private static let brandWeight: Int16 = 2
    private static let categoryLevelWeight: Int16 = 3

    /// The vector of length one for `features`.
    ///
    /// - Parameter dimension: the number of components; 1 or more.
    package static func make(_ features: ProductFeatures, dimension: Int) -> [Float] {
        var sums = SignSums(dimension: dimension)
        var hash = FNV1a()
        hash.add(0 as UInt8)
        hash.add(UInt64(bitPattern: features.productID))
        sums.add(signsOf: hash, weight: productWeight)
        if let brand = features.brand {
            var hash = FNV1a()
            hash.add(1 as UInt8)
            hash.add(contentsOf: brand.utf8)
            sums.add(signsOf: hash, weight: brandWeight)
        }
        if let category = features.categoryCode {
            var hash = FNV1a()
            hash.add(2 as UInt8)
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
/// A category of 256 characters has at most 257 levels, so no sum overflows Int16.
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

    mutating func add(signsOf hash: FNV1a, weight: Int16) {
        let signs = Self.signs
        var generator = SplitMix64(seed: hash.value)
        var bits: UInt64 = 0
        for index in sums.indices {
            if index & 7 == 0 { bits = generator.next() }
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
            // Signs can cancel out in every component only if there are very few components; then any unit vector will
            // do.
            vector[0] = 1
            return vector
        }
        let length = Double(square).squareRoot()
        for index in vector.indices { vector[index] = Float(Double(vector[index]) / length) }
        return vector
    }
}

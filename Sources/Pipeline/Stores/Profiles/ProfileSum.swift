package import Events

/// A partly computed profile: takes interactions one by one, newest first, without keeping them.
///
/// For stores that read a user's interactions in this order; other stores use
/// ``ProfileFormula/profile(of:newest:counts:vector:)``.
package struct ProfileSum: Sendable {
    private let formula: ProfileFormula
    private var sum: [Float]
    private var count = 0
    private var newest = Timestamp(microseconds: 0)
    private var products: [Int64] = []

    /// A sum of no interactions.
    package init(_ formula: ProfileFormula) {
        self.formula = formula
        sum = Array(repeating: 0, count: formula.dimension)
    }

    /// Whether the window is full: further interactions have no effect.
    package var isFull: Bool { count >= formula.window }

    /// Adds the next interaction. The order, by time and then by id, is total, and each component is summed in that
    /// order: floating-point sums are the same for every order of arrival.
    ///
    /// - Parameter vector: the product's vector, of the formula's dimension.
    package mutating func add(_ type: EventType, at time: Timestamp, productID: Int64, vector: [Float]) {
        guard !isFull else { return }
        if count == 0 { newest = time }
        count += 1
        // No time is later than the first, so the difference is right as an unsigned number, however far apart they
        // are.
        let age = Double(UInt64(bitPattern: newest.microseconds &- time.microseconds)) / 1_000_000
        let weight = ProfileFormula.weight(of: type) * Float(Self.powerOfHalf(age / formula.halfLife))
        for index in 0..<min(sum.count, vector.count) { sum[index] += weight * vector[index] }
        if products.count < formula.recentProducts, !products.contains(productID) { products.append(productID) }
    }

    /// The profile of the interactions that were added.
    ///
    /// - Parameter counts: all interactions of the user by type.
    package func profile(of userID: Int64, counts: [EventType: Int]) -> Profile {
        Profile(
            userID: userID, vector: unitVector(), counts: counts, lastEventTime: newest, recentProducts: products)
    }

    private func unitVector() -> [Float] {
        var square = 0.0
        for component in sum { square += Double(component) * Double(component) }
        guard square > 0 else { return sum }
        let length = square.squareRoot()
        return sum.map { Float(Double($0) / length) }
    }

    /// (1/2)^x for x >= 0. Not the C library's function, whose last bit depends on the processor.
    static func powerOfHalf(_ x: Double) -> Double {
        // Beyond this the weight is smaller than a Float can hold.
        guard x < 256 else { return 0 }
        let whole = x.rounded(.down)
        // The series of e^y, with y = -ln 2 * the fraction, up to the term whose remainder is below a billionth.
        let y = (whole - x) * 0.693_147_180_559_945_3
        var series = 1.0
        for term in stride(from: 11.0, to: 0, by: -1) { series = 1 + series * y / term }
        return Double(sign: .plus, exponent: -Int(whole), significand: series)
    }
}

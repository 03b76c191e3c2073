/// Powers without the C library, so that the same seed gives the same shop on every machine.
enum Power {
    /// `base` to the power of `exponent`, to about twelve digits.
    ///
    /// - Parameter base: Above 0 and at most 1.
    static func of(_ base: Double, _ exponent: Double) -> Double {
        exponential(exponent * logarithm(base))
    }

    private static let ln2 = 0.693_147_180_559_945_3

    private static func logarithm(_ value: Double) -> Double {
        // value = significand * 2^exponent, with a significand of 1 to 2.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var (sum, term) = (0.0, ratio)
        for index in 0..<14 {
            sum += term / Double(2 * index + 1)
            term *= square
        }
        return 2 * sum + Double(value.exponent) * ln2
    }

    private static func exponential(_ value: Double) -> Double {
        let shift = (value / ln2).rounded()
        let rest = value - shift * ln2
        var (sum, term) = (1.0, 1.0)
        for index in 1..<16 {
            term *= rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(shift), significand: sum)
    }
}

/// A generator of random numbers that gives the same numbers for the same seed in every process, version and machine.
///
/// The algorithm is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014). Its
/// period is 2^64. Use it for tests, simulations and jitter that have to be repeatable; never for secrets, as one number
/// tells all that follow.
///
/// A value: copies give the same numbers, and no variable may be changed by two threads at once.
@frozen
public struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// Makes a generator at the start of its numbers.
    ///
    /// - Parameter seed: Any number. Neighbouring seeds, such as 1 and 2, give numbers that look unrelated.
    @inlinable
    public init(seed: UInt64) {
        state = seed
    }

    /// Computes the next number.
    ///
    /// - Returns: Any 64 bits, all equally likely.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

/// The same numbers in every run (SplitMix64), so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the row of numbers that belongs to `seed`.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// So many bytes of noise, in which a lost or moved piece shows; those of a smaller number begin those of a larger.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var word: UInt64 = 0
            for index in 0..<count {
                word = index % 8 == 0 ? next() : word >> 8
                buffer.initializeElement(at: index, to: UInt8(truncatingIfNeeded: word))
            }
            filled = count
        }
    }
}

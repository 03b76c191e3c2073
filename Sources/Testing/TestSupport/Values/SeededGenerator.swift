import Bytes

/// The same numbers in every run, so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    /// Begins the row of numbers that belongs to `seed`.
    package init(seed: UInt64) {
        numbers = SplitMix64(seed: seed)
    }

    /// The next number.
    package mutating func next() -> UInt64 { numbers.next() }

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

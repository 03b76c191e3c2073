import Bytes

/// Generates the same numbers in every run, so that a failure can be reproduced.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    /// Starts the sequence of numbers that belongs to `seed`.
    package init(seed: UInt64) {
        numbers = SplitMix64(seed: seed)
    }

    package mutating func next() -> UInt64 { numbers.next() }

    /// `count` random bytes, which reveal a lost or moved piece; the bytes for a smaller count are a prefix of those
    /// for a larger one.
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

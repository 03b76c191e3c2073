import Crypto

/// The system's randomness, fetched for many numbers at a time: asking for each would cost a call into the kernel an
/// event.
package struct BufferedRandom: RandomNumberGenerator, Sendable {
    private static let words = 64
    private var buffer: [UInt8] = []

    /// Nothing fetched yet.
    package init() {}

    /// The next number, never given out before.
    package mutating func next() -> UInt64 {
        if buffer.isEmpty { buffer = RandomBytes.generate(count: Self.words * 8) }
        var number: UInt64 = 0
        for byte in buffer.suffix(8) { number = number << 8 | UInt64(byte) }
        buffer.removeLast(8)
        return number
    }
}

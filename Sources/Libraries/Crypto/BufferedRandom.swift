/// The system's randomness as numbers, fetched for many numbers at a time: asking for each would cost a call into the
/// kernel per event, as Swift's `SystemRandomNumberGenerator` does, which is right where few numbers are wanted.
///
/// Not to be copied once it is in use: a copy gives the fetched numbers a second time. Not to be used by several threads
/// at once.
public struct BufferedRandom: RandomNumberGenerator, Sendable {
    private static let words = 64
    private var buffer: [UInt8] = []

    /// Nothing fetched yet.
    public init() {}

    /// The next number, never given out before. Traps when the operating system gives no random bytes.
    public mutating func next() -> UInt64 {
        if buffer.isEmpty { buffer = RandomBytes.generate(count: Self.words * 8) }
        var number: UInt64 = 0
        for byte in buffer.suffix(8) { number = number << 8 | UInt64(byte) }
        buffer.removeLast(8)
        return number
    }
}

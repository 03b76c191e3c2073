/// Bounds on what compressed input may grow to, so that a few bytes of a peer cannot fill the memory.
public struct InflateLimits: Equatable, Sendable {
    /// The number of bytes that the contents may have at most.
    public var maximumOutput: Int

    /// How many times larger than the input read so far the contents may be; `nil` for no bound.
    ///
    /// Deflate reaches 1,032 at most; event data rarely pass 100. The first `ratioFreeOutput` bytes are not measured,
    /// as a short text of one letter is no bomb.
    public var maximumRatio: Int?

    /// The number of bytes of contents from which on the ratio counts: 1 MiB.
    public static let ratioFreeOutput = 1 << 20

    /// Bounds of `maximumOutput` bytes and, if given, of `maximumRatio` times the input.
    public init(maximumOutput: Int, maximumRatio: Int? = nil) {
        self.maximumOutput = maximumOutput
        self.maximumRatio = maximumRatio
    }

    /// No bounds: for trusted input that is used in pieces.
    public static let unlimited = InflateLimits(maximumOutput: .max)
}

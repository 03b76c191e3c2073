/// Bounds on what compressed input may grow to, so that a few bytes from a peer cannot fill the memory.
public struct InflateLimits: Equatable, Sendable {
    /// The number of bytes that the contents may have at most, 0 or more.
    public var maximumOutput: Int

    /// How many times larger than the input read so far the contents may be; `nil` for no bound.
    ///
    /// Deflate reaches 1,032 at most; JSON rarely passes 100. The first ``ratioFreeOutput`` bytes are not measured,
    /// because a short text of one letter does no harm.
    public var maximumRatio: Int?

    /// The number of bytes of contents from which on the ratio counts: 1 MiB.
    public static let ratioFreeOutput = 1 << 20

    /// Makes bounds.
    ///
    /// - Parameters:
    ///   - maximumOutput: The number of bytes that the contents may have at most.
    ///   - maximumRatio: How many times larger than the input the contents may be; `nil` for no bound.
    public init(maximumOutput: Int, maximumRatio: Int? = nil) {
        self.maximumOutput = maximumOutput
        self.maximumRatio = maximumRatio
    }

    /// No bounds: for trusted input, and for contents that are used in pieces and not kept.
    public static let unlimited = InflateLimits(maximumOutput: .max)
}

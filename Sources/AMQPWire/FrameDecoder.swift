/// Cuts a stream of bytes into frames, whatever the pieces it comes in.
///
/// A value without I/O: append what the socket gave, take frames until there is none.
public struct FrameDecoder: Sendable {
    /// May be changed between frames (after tune).
    public var limits: DecodingLimits
    private var buffer: [UInt8] = []
    private var start = 0

    /// A decoder at the beginning of a stream.
    public init(limits: DecodingLimits = DecodingLimits()) {
        self.limits = limits
    }

    /// Takes what was received.
    public mutating func append(_ bytes: [UInt8]) {}

    /// The next whole frame; nil while more bytes are needed.
    ///
    /// - Throws: when the bytes are no AMQP; it throws the same again when called again.
    public mutating func next() throws(WireError) -> Frame? { nil }
}

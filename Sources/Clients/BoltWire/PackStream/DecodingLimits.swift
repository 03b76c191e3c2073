/// Bounds of what is decoded; what is above them is a ``BoltWireError`` (``BoltWireError/Code/tooLarge``) before anything
/// is allocated for it. A value; safe to use from any thread.
///
/// A value of one byte on the wire takes 24 bytes or more in memory: a record takes at most about 100 bytes per value.
public struct DecodingLimits: Sendable, Hashable {
    /// The bound of recursion over values, whatever ``nesting`` says: reading is recursive.
    public static let deepestNesting = 256

    /// The largest message, in bytes, without the lengths of its chunks.
    public var messageBytes: Int
    /// The deepest nesting of lists, maps and structures within one value; more than 256 counts as 256.
    public var nesting: Int
    /// The most values in the lists, maps and structures of one message together; a key counts as one.
    public var values: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - messageBytes: The largest message, in bytes.
    ///   - nesting: The deepest nesting of lists, maps and structures.
    ///   - values: The most values in one message.
    public init(messageBytes: Int = 16 << 20, nesting: Int = 256, values: Int = 1 << 20) {
        self.messageBytes = messageBytes
        self.nesting = nesting
        self.values = values
    }
}

/// Bounds of what is decoded; what is above them is a ``WireError`` before anything is allocated for it. A value.
public struct DecodingLimits: Sendable, Hashable {
    /// The bound of recursion over field values, whatever ``nesting`` says.
    static let deepestNesting = 128

    /// The largest frame with its 7 bytes of header and 1 of end, in bytes: the negotiated frame-max. Before tune every
    /// peer has to take 4,096 (section 4.9 of the specification's grammar, frame-min-size); RabbitMQ takes 8,192.
    public var frameMax: Int
    /// The largest frame with a content header, if that is more. RabbitMQ sends each header in one frame, whatever was
    /// negotiated: with what it added to another program's headers, or what came over a connection with larger frames.
    static let headerFrameMax = 1 << 20
    /// The deepest nesting of arrays and tables, the outermost table included; more than 128 counts as 128.
    public var nesting: Int
    /// The most values in the tables and arrays of one frame together.
    public var fieldValues: Int

    /// Makes limits, by default for a connection that agreed on 128 KiB per frame.
    ///
    /// - Parameters:
    ///   - frameMax: the largest frame, in bytes.
    ///   - nesting: the deepest nesting of arrays and tables, the outermost table included.
    ///   - fieldValues: the most values in the tables and arrays of one frame together.
    public init(frameMax: Int = 131_072, nesting: Int = 32, fieldValues: Int = 16_384) {
        self.frameMax = frameMax
        self.nesting = nesting
        self.fieldValues = fieldValues
    }
}

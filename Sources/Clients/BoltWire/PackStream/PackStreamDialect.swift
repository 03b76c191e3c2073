/// In which form values are written, and which of them exist: it follows from the version and the handshake. A value;
/// safe to use from any thread.
public struct PackStreamDialect: Sendable, Hashable {
    /// Whether date-times are written with the seconds of their own clock (structures `46` and `66`) rather than those of
    /// UTC (`49` and `69`). Both are read.
    public var hasLocalDateTimes: Bool
    /// Whether vectors exist (6.0).
    public var hasVectors: Bool
    /// Whether UUIDs exist as values of their own (6.1). Before, their marker breaks the protocol.
    public var hasUUIDs: Bool

    /// The dialect of a version.
    ///
    /// - Parameters:
    ///   - version: The negotiated version.
    ///   - isPatched: Whether the server of a 4.4 has agreed to `patch_bolt: ["utc"]`; it changes nothing later.
    public init(_ version: BoltVersion, isPatched: Bool = false) {
        hasLocalDateTimes = version < BoltVersion(5, 0) && !isPatched
        hasVectors = version >= BoltVersion(6, 0)
        hasUUIDs = version >= BoltVersion(6, 1)
    }
}

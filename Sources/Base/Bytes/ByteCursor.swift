/// A place in bytes that are kept elsewhere, from which numbers in network byte order (big-endian) are read.
///
/// It knows where it stands and where what it reads ends, and is given the bytes with each call, since a span cannot be
/// kept. The bytes given have to reach to `end`. Whatever they are, it never reads past its end: it answers nil then,
/// and stays where it is.
@frozen
public struct ByteCursor: Sendable, Hashable {
    /// The index of the next byte.
    @inlinable public var position: Int { place }
    /// The index behind the last byte.
    public let end: Int
    @usableFromInline var place: Int

    /// A cursor over the bytes from one index to another, which is not smaller.
    @inlinable
    public init(from position: Int, to end: Int) {
        place = position
        self.end = end
    }

    /// Whether no byte is left.
    @inlinable public var isAtEnd: Bool { place == end }
    /// How many bytes are left.
    @inlinable public var remaining: Int { end - place }

    /// Moves on by `count` bytes.
    ///
    /// - Returns: where they begin; nil where fewer are left.
    @inlinable
    public mutating func take(_ count: Int) -> Int? {
        guard count >= 0, count <= remaining else { return nil }
        defer { place += count }
        return place
    }

    /// The next byte.
    @inlinable
    public mutating func uint8(_ bytes: Span<UInt8>) -> UInt8? {
        take(1).map { bytes[$0] }
    }

    /// A number of two bytes.
    @inlinable
    public mutating func uint16(_ bytes: Span<UInt8>) -> UInt16? {
        take(2).map { bytes.uint16(at: $0) }
    }

    /// A number of four bytes.
    @inlinable
    public mutating func uint32(_ bytes: Span<UInt8>) -> UInt32? {
        take(4).map { bytes.uint32(at: $0) }
    }

    /// A number of eight bytes.
    @inlinable
    public mutating func uint64(_ bytes: Span<UInt8>) -> UInt64? {
        take(8).map { bytes.uint64(at: $0) }
    }
}

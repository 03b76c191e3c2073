/// Reads numbers in network byte order (big-endian), one after the other, from bytes that are kept elsewhere.
///
/// The cursor holds two indices and no bytes, since a span cannot be stored: each call is given the same bytes, which
/// have to reach to ``end``. Where fewer bytes are left than a call asks for, it returns nil and the cursor stays where
/// it is, so that a message of a peer that is cut off never traps.
///
/// ```swift
/// var cursor = ByteCursor(from: 0, to: bytes.count)
/// guard let length = cursor.uint16(bytes.span), let start = cursor.take(Int(length)) else { return nil }
/// return bytes.span.copy(from: start, Int(length))
/// ```
///
/// A value: each copy moves on its own, and no variable may be changed by two threads at once.
@frozen
public struct ByteCursor: Sendable, Hashable {
    /// The index of the next byte to be read.
    @inlinable public var position: Int { place }
    /// The index behind the last byte that may be read.
    public let end: Int
    @usableFromInline var place: Int

    /// Makes a cursor over a part of the bytes.
    ///
    /// - Parameters:
    ///   - position: The index of the first byte to be read.
    ///   - end: The index behind the last one; not smaller than `position`.
    @inlinable
    public init(from position: Int, to end: Int) {
        place = position
        self.end = end
    }

    /// Whether no byte is left.
    @inlinable public var isAtEnd: Bool { place == end }
    /// How many bytes are left.
    @inlinable public var remaining: Int { end - place }

    /// Steps over some bytes, for a caller that copies or reads them itself.
    ///
    /// - Parameter count: How many bytes.
    /// - Returns: The index of the first of them; nil where fewer are left, or `count` is negative.
    @inlinable
    public mutating func take(_ count: Int) -> Int? {
        guard count >= 0, count <= remaining else { return nil }
        defer { place += count }
        return place
    }

    /// Reads one byte.
    ///
    /// - Parameter bytes: The bytes that the cursor was made for.
    /// - Returns: The byte; nil at the end.
    @inlinable
    public mutating func uint8(_ bytes: Span<UInt8>) -> UInt8? {
        take(1).map { bytes[$0] }
    }

    /// Reads a number of two bytes, the highest first.
    ///
    /// - Parameter bytes: The bytes that the cursor was made for.
    /// - Returns: The number; nil where fewer than two bytes are left.
    @inlinable
    public mutating func uint16(_ bytes: Span<UInt8>) -> UInt16? {
        take(2).map { bytes.uint16(at: $0) }
    }

    /// Reads a number of four bytes, the highest first.
    ///
    /// - Parameter bytes: The bytes that the cursor was made for.
    /// - Returns: The number; nil where fewer than four bytes are left.
    @inlinable
    public mutating func uint32(_ bytes: Span<UInt8>) -> UInt32? {
        take(4).map { bytes.uint32(at: $0) }
    }

    /// Reads a number of eight bytes, the highest first.
    ///
    /// - Parameter bytes: The bytes that the cursor was made for.
    /// - Returns: The number; nil where fewer than eight bytes are left.
    @inlinable
    public mutating func uint64(_ bytes: Span<UInt8>) -> UInt64? {
        take(8).map { bytes.uint64(at: $0) }
    }
}

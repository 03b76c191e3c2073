/// The hash function FNV-1a of 64 bits, by Fowler, Noll and Vo.
///
/// The value for the same bytes is the same in every process, version and machine, which Swift's own hashing is not: it
/// may be stored, and may decide where something belongs. Bytes that an attacker chooses need another function, because
/// collisions of this one are easily found.
///
/// ```swift
/// var hash = FNV1a()
/// hash.add(contentsOf: "customer-17".utf8)
/// let shard = hash.value % 8
/// ```
///
/// A value: copies go on independently, and no variable may be changed by two threads at once.
@frozen
public struct FNV1a: Sendable, Hashable {
    /// The hash of all bytes that were added so far. More may be added afterwards.
    @inlinable public var value: UInt64 { hash }
    @usableFromInline var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Makes the hash of no bytes.
    @inlinable
    public init() {}

    /// Adds one byte.
    ///
    /// - Parameter byte: The byte behind all that were added before.
    @inlinable
    public mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// Adds the eight bytes of a number, the lowest first.
    ///
    /// - Parameter word: The number.
    @inlinable
    public mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// Adds bytes in their order.
    ///
    /// - Parameter bytes: The bytes. Whether they are added at once or in parts makes no difference.
    @inlinable
    public mutating func add(contentsOf bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }
}

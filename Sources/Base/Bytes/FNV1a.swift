/// The hash FNV-1a over 64 bits: the same in every process, version and machine, which Swift's own hashing is not. Not
/// for what an attacker may choose: collisions are easily found.
@frozen
public struct FNV1a: Sendable, Hashable {
    /// The hash of all bytes so far.
    @inlinable public var value: UInt64 { hash }
    @usableFromInline var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of no bytes.
    @inlinable
    public init() {}

    /// Hashes one byte more.
    @inlinable
    public mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// Hashes the eight bytes of a number, the lowest first.
    @inlinable
    public mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// Hashes more bytes.
    @inlinable
    public mutating func add(contentsOf bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }
}

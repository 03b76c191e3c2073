// Numbers in network byte order, the highest byte first.

extension Span<UInt8> {
    /// The number that two bytes hold, the highest first.
    ///
    /// - Parameter index: Where the first byte stands. Traps unless both bytes are within the span.
    @inlinable
    public func uint16(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }

    /// The number that four bytes hold, the highest first.
    ///
    /// - Parameter index: Where the first byte stands. Traps unless all four bytes are within the span.
    @inlinable
    public func uint32(at index: Int) -> UInt32 {
        UInt32(uint16(at: index)) << 16 | UInt32(uint16(at: index + 2))
    }

    /// The number that eight bytes hold, the highest first.
    ///
    /// - Parameter index: Where the first byte stands. Traps unless all eight bytes are within the span.
    @inlinable
    public func uint64(at index: Int) -> UInt64 {
        UInt64(uint32(at: index)) << 32 | UInt64(uint32(at: index + 4))
    }

    /// Copies a part of the span into an array.
    ///
    /// - Parameters:
    ///   - start: The index of the first byte.
    ///   - count: How many bytes. Traps unless all of them are within the span.
    @inlinable
    public func copy(from start: Int, _ count: Int) -> [UInt8] {
        let slice = extracting(start..<start + count)
        return [UInt8](capacity: count) { target in
            for index in slice.indices { target.append(slice[index]) }
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the highest first.
    ///
    /// - Parameter value: A number of whole bytes and at most 64 bits, signed or not: two bytes for `UInt16`,
    ///   eight for `Int64`.
    @inlinable
    @inline(__always)
    public mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        append(bigEndian: UInt64(truncatingIfNeeded: value), count: Integer.bitWidth / 8)
    }

    /// Appends the lowest `count` bytes of `value`, the highest first.
    ///
    /// Not generic: the closure of a generic function is not inlined into its callers in other modules, which costs a
    /// writer of frames one instruction in fourteen.
    @inlinable
    @inline(__always)
    mutating func append(bigEndian value: UInt64, count: Int) {
        append(addingCapacity: count) { bytes in
            for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
            }
        }
    }
}

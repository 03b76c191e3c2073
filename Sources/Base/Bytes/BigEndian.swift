// Numbers in network byte order, the highest byte first.

extension Span<UInt8> {
    /// The number of two bytes at `index`. Traps beyond the span's end.
    @inlinable
    public func uint16(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }

    /// The number of four bytes at `index`. Traps beyond the span's end.
    @inlinable
    public func uint32(at index: Int) -> UInt32 {
        UInt32(uint16(at: index)) << 16 | UInt32(uint16(at: index + 2))
    }

    /// The number of eight bytes at `index`. Traps beyond the span's end.
    @inlinable
    public func uint64(at index: Int) -> UInt64 {
        UInt64(uint32(at: index)) << 32 | UInt64(uint32(at: index + 4))
    }

    /// A copy of `count` bytes from `start` on. Traps beyond the span's end.
    @inlinable
    public func copy(from start: Int, _ count: Int) -> [UInt8] {
        let slice = extracting(start..<start + count)
        return [UInt8](capacity: count) { target in
            for index in slice.indices { target.append(slice[index]) }
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of `value`, the highest first.
    @inlinable
    @inline(__always)
    public mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        append(addingCapacity: Integer.bitWidth / 8) { bytes in
            for shift in stride(from: Integer.bitWidth - 8, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> Integer(truncatingIfNeeded: shift)))
            }
        }
    }
}

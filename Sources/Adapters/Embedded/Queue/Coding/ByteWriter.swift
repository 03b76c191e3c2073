/// Appends values to bytes in the form that ``ByteReader`` reads.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Seven bits per byte, the lowest first; the high bit says that more bytes follow.
    mutating func append(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Keeps small magnitudes of either sign short: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...
    mutating func append(signed value: Int64) {
        append(unsigned: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends the bit pattern, so that every NaN and both zeros survive.
    mutating func append(double value: Double) {
        var pattern = value.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: pattern))
            pattern >>= 8
        }
    }

    mutating func append(string value: String) {
        append(unsigned: UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func append(blob value: [UInt8]) {
        append(unsigned: UInt64(value.count))
        bytes.append(contentsOf: value)
    }
}

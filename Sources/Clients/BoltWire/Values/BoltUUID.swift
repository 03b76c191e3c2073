import Bytes

/// A UUID (Bolt 6.1). A value; safe to use from any thread.
public struct BoltUUID: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes, the highest first.
    public var high: UInt64
    /// The last eight bytes, the highest first.
    public var low: UInt64

    /// Makes a UUID of its sixteen bytes.
    ///
    /// - Parameters:
    ///   - high: The first eight bytes.
    ///   - low: The last eight bytes.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The text of 36 characters, in lower case.
    public var description: String {
        let digits = [UInt8](capacity: 36) { text in
            for (bits, count) in [(high >> 32, 8), (high >> 16, 4), (high, 4), (low >> 48, 4), (low, 12)] {
                if !text.isEmpty { text.append(UInt8(ascii: "-")) }
                text.append(hexadecimal: bits, count: count)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

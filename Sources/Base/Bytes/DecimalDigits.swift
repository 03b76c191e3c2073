extension OutputSpan<UInt8> {
    /// Appends the decimal digits of `value` in ASCII, with leading zeros up to `minimumCount`. Traps where there is no
    /// room for them.
    @inlinable
    public mutating func append(digitsOf value: UInt, minimumCount: Int = 1) {
        if value >= 10 || minimumCount > 1 { append(digitsOf: value / 10, minimumCount: minimumCount - 1) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}

extension [UInt8] {
    /// Appends the decimal digits of `value` in ASCII.
    @inlinable
    public mutating func append(digitsOf value: UInt) {
        append(addingCapacity: 20) { $0.append(digitsOf: value) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends the decimal digits of a number in ASCII. Traps where the span has no room for them.
    ///
    /// - Parameters:
    ///   - value: The number, of at most 20 digits.
    ///   - minimumCount: How many digits there are at least; zeros stand before a shorter number.
    @inlinable
    public mutating func append(digitsOf value: UInt, minimumCount: Int = 1) {
        if value >= 10 || minimumCount > 1 { append(digitsOf: value / 10, minimumCount: minimumCount - 1) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a number in ASCII.
    ///
    /// - Parameter value: The number, which is written without leading zeros.
    @inlinable
    public mutating func append(digitsOf value: UInt) {
        append(addingCapacity: 20) { $0.append(digitsOf: value) }
    }
}

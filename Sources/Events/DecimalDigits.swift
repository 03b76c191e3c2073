extension [UInt8] {
    /// Appends the decimal digits of `value`, with leading zeros up to `minimumCount`.
    mutating func append(digitsOf value: UInt, minimumCount: Int = 1) {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        count = Swift.max(count, minimumCount)
        let start = self.count
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
        rest = value
        var position = start + count
        while rest > 0 {
            position -= 1
            self[position] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}

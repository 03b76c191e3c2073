import Bytes

extension Timestamp: CustomStringConvertible {
    /// The canonical form `2019-10-01T00:00:00Z`: always UTC, with a fraction of up to six digits without trailing
    /// zeros unless it is zero. The year has four digits, or a sign and at least four digits outside 0...9999.
    ///
    /// Two texts of this form are equal if and only if the moments are, but the fraction keeps them from sorting as the
    /// moments do.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(28)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the canonical form as ASCII.
    func append(to text: inout [UInt8]) {
        let (seconds, fraction) = microseconds.flooredDivision(by: 1_000_000)
        let (days, secondOfDay) = Int(seconds).flooredDivision(by: 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        text.append(addingCapacity: 48) { text in
            if !(0...9999).contains(date.year) {
                text.append(date.year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            }
            text.append(digitsOf: date.year.magnitude, minimumCount: 4)
            text.append(UInt8(ascii: "-"))
            text.append(digitsOf: date.month.magnitude, minimumCount: 2)
            text.append(UInt8(ascii: "-"))
            text.append(digitsOf: date.day.magnitude, minimumCount: 2)
            text.append(UInt8(ascii: "T"))
            text.append(digitsOf: (secondOfDay / 3600).magnitude, minimumCount: 2)
            text.append(UInt8(ascii: ":"))
            text.append(digitsOf: (secondOfDay / 60 % 60).magnitude, minimumCount: 2)
            text.append(UInt8(ascii: ":"))
            text.append(digitsOf: (secondOfDay % 60).magnitude, minimumCount: 2)
            if fraction != 0 {
                text.append(UInt8(ascii: "."))
                var digits = UInt(fraction.magnitude)
                var count = 6
                while digits.isMultiple(of: 10) {
                    digits /= 10
                    count -= 1
                }
                text.append(digitsOf: digits, minimumCount: count)
            }
            text.append(UInt8(ascii: "Z"))
        }
    }
}

/// Writes dates as HTTP does (RFC 9110, section 5.6.7), once a second.
///
/// A value: keep one per event loop. No variable may be changed by two threads at once.
public struct HTTPDate: Sendable {
    private var second = Int64.min
    private var text: [UInt8] = []

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Makes a writer that has written nothing yet.
    public init() {}

    /// The date of a point in time, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// - Parameter second: Seconds since 1970 (UTC). Years before 0 and after 9999 are not HTTP's; they are written with
    ///   as many digits as they have.
    public mutating func text(at second: Int64) -> [UInt8] {
        if second != self.second {
            self.second = second
            text = Array(Self.format(second).utf8)
        }
        return text
    }

    private static func format(_ second: Int64) -> String {
        let day = second >= 0 ? second / 86_400 : -((-second + 86_399) / 86_400)
        let time = second - day * 86_400
        let (year, month, dayOfMonth) = civil(day)
        let weekday = Int(((day % 7) + 11) % 7)
        return "\(days[weekday]), \(two(dayOfMonth)) \(months[month - 1]) \(four(year)) "
            + "\(two(Int(time / 3_600))):\(two(Int(time / 60 % 60))):\(two(Int(time % 60))) GMT"
    }

    /// The date of a day that is counted from 1970-01-01, in the Gregorian calendar. Years are counted from March here, so
    /// that the leap day is the last one of its year.
    private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        return (year, Int(month), Int(dayOfYear - (153 * fromMarch + 2) / 5) + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func four(_ number: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}

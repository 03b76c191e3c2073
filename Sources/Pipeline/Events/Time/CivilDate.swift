/// A date of the proleptic Gregorian calendar, and its number of days since 1970-01-01.
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    var isValid: Bool {
        (1...12).contains(month) && day >= 1 && day <= Self.dayCount(year: year, month: month)
    }

    // Both conversions count from 0000-03-01: a year that begins in March has its leap day last, so that the day of the
    // year depends on the month alone. An era is the 400 years and 146,097 days after which the calendar repeats.
    private static let daysBeforeEpoch = 719_468
    private static let daysInEra = 146_097

    /// Days since 1970-01-01, negative before it.
    var daysSinceEpoch: Int {
        let marchYear = month > 2 ? year : year - 1
        let (era, yearOfEra) = marchYear.flooredDivision(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysInEra + dayOfEra - Self.daysBeforeEpoch
    }

    init(daysSinceEpoch: Int) {
        let (era, dayOfEra) = (daysSinceEpoch + Self.daysBeforeEpoch).flooredDivision(by: Self.daysInEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    private static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension BinaryInteger {
    /// Quotient and remainder of the division rounded down: the remainder has the sign of the (positive) divisor.
    func flooredDivision(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

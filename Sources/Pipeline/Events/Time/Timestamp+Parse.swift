extension Timestamp {
    /// Why a text is not a timestamp.
    package struct ParsingError: Error, Hashable, CustomStringConvertible {
        /// The reason as a phrase for the text's author: "the calendar has no such date".
        package let description: String
    }

    /// The moments that a text can give: the years 1 to 9999.
    package static let parsable =
        Timestamp(microseconds: -62_135_596_800_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    /// Reads a date and time of day:
    ///
    /// - `2019-10-01T00:00:00`, with `T`, `t` or a space between date and time, with or without the seconds; both parts
    ///   also in the basic form (`20191001T000000`);
    /// - then optionally a fraction of a second after `.` or `,` in any number of digits, cut off after microseconds;
    /// - then optionally a zone: `Z`, `z`, `+hh:mm`, `+hhmm`, `+hh` (or `-`), or ` UTC`. No zone means UTC.
    ///
    /// A leap second (`:60`) counts as the second after it. A date alone is refused, as it gives a day and not a moment,
    /// unless `allowsDate`: then it is the first moment of the day (UTC).
    package init(_ text: String, allowsDate: Bool = false) throws(ParsingError) {
        self = try TimestampParser.parse(text.utf8, allowsDate)
    }

    /// Reads a date and time of day from UTF-8 bytes, in the forms of ``init(_:allowsDate:)``.
    package init(utf8 text: ArraySlice<UInt8>, allowsDate: Bool = false) throws(ParsingError) {
        self = try TimestampParser.parse(text, allowsDate)
    }
}

/// Reads one timestamp from front to back.
private struct TimestampParser<Bytes: Collection<UInt8>> {
    typealias ParsingError = Timestamp.ParsingError

    var rest: Bytes.SubSequence

    static func parse(_ text: Bytes, _ allowsDate: Bool) throws(ParsingError) -> Timestamp {
        var parser = TimestampParser(rest: text[...])
        return try parser.timestamp(allowsDate)
    }

    private mutating func timestamp(_ allowsDate: Bool) throws(ParsingError) -> Timestamp {
        let days = try date().daysSinceEpoch
        guard !rest.isEmpty else {
            if allowsDate, days >= CivilDate(year: 1, month: 1, day: 1).daysSinceEpoch {
                return Timestamp(microseconds: Int64(days) * 86_400_000_000)
            }
            throw failure("the time of day is missing: a date alone is not a moment")
        }
        guard take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || take(UInt8(ascii: " ")) else {
            throw failure("expected 'T' or a space between date and time")
        }
        let (seconds, hasSeconds) = try secondOfDay()
        let fraction = try hasSeconds ? microseconds() : 0
        let offset = try zoneOffset()
        guard rest.isEmpty else { throw failure("unexpected characters after the time") }
        let result = Timestamp(microseconds: Int64(days * 86_400 + seconds - offset) * 1_000_000 + fraction)
        guard Timestamp.parsable.contains(result) else { throw failure("the year is not in 1 ... 9999") }
        return result
    }

    private mutating func date() throws(ParsingError) -> CivilDate {
        let year = try number(digits: 4, of: "year")
        let isBasic = startsWithDigit
        if !isBasic { try expect("-", after: "year") }
        let month = try number(digits: 2, of: "month")
        if !isBasic { try expect("-", after: "month") }
        let day = try number(digits: 2, of: "day")
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { throw failure("the calendar has no such date") }
        return date
    }

    private mutating func secondOfDay() throws(ParsingError) -> (second: Int, hasSeconds: Bool) {
        let hour = try number(digits: 2, of: "hour", upTo: 23)
        let isBasic = startsWithDigit
        if !isBasic { try expect(":", after: "hour") }
        let minute = try number(digits: 2, of: "minute", upTo: 59)
        let hasSeconds = isBasic ? startsWithDigit : take(UInt8(ascii: ":"))
        let second = hasSeconds ? try number(digits: 2, of: "second", upTo: 60) : 0
        return (hour * 3600 + minute * 60 + second, hasSeconds)
    }

    /// The fraction of the second, cut off after six digits.
    private mutating func microseconds() throws(ParsingError) -> Int64 {
        guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return 0 }
        guard let first = rest.first, Self.digit(first) != nil else {
            throw failure("expected digits after the decimal point")
        }
        var result: Int64 = 0
        var scale: Int64 = 100_000
        while let byte = rest.first, let digit = Self.digit(byte) {
            result += Int64(digit) * scale
            scale /= 10
            rest.removeFirst()
        }
        return result
    }

    /// Seconds east of UTC.
    private mutating func zoneOffset() throws(ParsingError) -> Int {
        guard let sign = rest.first else { return 0 }
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            rest.removeFirst()
            return 0
        case UInt8(ascii: " "):
            guard rest.elementsEqual(" UTC".utf8) else { throw failure("expected ' UTC' or nothing after the time") }
            rest = rest[rest.endIndex...]
            return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            rest.removeFirst()
            let hours = try number(digits: 2, of: "zone", upTo: 23)
            var minutes = 0
            if take(UInt8(ascii: ":")) || !rest.isEmpty {
                minutes = try number(digits: 2, of: "zone", upTo: 59)
            }
            let seconds = hours * 3600 + minutes * 60
            return sign == UInt8(ascii: "+") ? seconds : -seconds
        default:
            throw failure("expected a zone ('Z', '+hh:mm', ' UTC') or nothing after the time")
        }
    }

    private mutating func number(
        digits: Int, of name: StaticString, upTo limit: Int = .max
    ) throws(ParsingError) -> Int {
        var result = 0
        for _ in 0..<digits {
            guard let byte = rest.first, let digit = Self.digit(byte) else {
                throw failure("expected \(digits) digits of the \(name)")
            }
            result = result * 10 + Int(digit)
            rest.removeFirst()
        }
        guard result <= limit else { throw failure("the \(name) is above \(limit)") }
        return result
    }

    private mutating func expect(_ separator: Unicode.Scalar, after name: StaticString) throws(ParsingError) {
        guard take(UInt8(ascii: separator)) else { throw failure("expected '\(separator)' after the \(name)") }
    }

    private var startsWithDigit: Bool { rest.first.map { Self.digit($0) != nil } ?? false }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    private func failure(_ reason: String) -> ParsingError {
        ParsingError(description: reason)
    }
}

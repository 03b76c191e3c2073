extension Timestamp {
    /// Reads the time of an event: a date and time of day in the forms of ``init(_:allowsDate:)``, or the number of
    /// seconds since 1970 (Unix time), also with a fraction or an exponent, or of milliseconds, microseconds or
    /// nanoseconds, which its size tells. What is below microseconds is cut off.
    ///
    /// - Parameter latest: The latest moment that a number may give. A number that gives a later one, or one before 2000,
    ///   is refused, and the error says what it looks like: `20191001` is a date.
    package init(field text: ArraySlice<UInt8>, latest: Timestamp) throws(ParsingError) {
        guard let number = BareNumber(text) else {
            self = try Timestamp(utf8: text)
            return
        }
        guard let time = number.timestamp, time >= .earliestMessage, time <= latest else {
            throw ParsingError(description: number.refusal)
        }
        self = time
    }

    /// Reads a time as ``init(field:latest:)`` does, and a date alone as its first moment (UTC).
    package init(fieldOrDate text: ArraySlice<UInt8>, latest: Timestamp) throws(ParsingError) {
        if let date = try? Timestamp(utf8: text, allowsDate: true) {
            self = date
        } else {
            try self.init(field: text, latest: latest)
        }
    }
}

/// A number in decimal digits, which may be a Unix time.
private struct BareNumber {
    private let text: ArraySlice<UInt8>
    private let isNegative: Bool
    /// The digits before the point, if they are few enough for any Unix time.
    private var whole: Int64?
    private var fraction: ArraySlice<UInt8>
    private var hasExponent = false

    /// Nil for a text that is not a number.
    init?(_ text: ArraySlice<UInt8>) {
        // The usual form first: a date.
        guard text.dropFirst(4).first != UInt8(ascii: "-") else { return nil }
        self.text = text
        isNegative = text.first == UInt8(ascii: "-")
        let digits = (isNegative ? text.dropFirst() : text).prefix { Self.digit($0) != nil }
        guard !digits.isEmpty else { return nil }
        whole = digits.count <= 19 ? Self.integer(digits) : nil
        fraction = []
        var rest = text[digits.endIndex...]
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { Self.digit($0) != nil }
            guard !fraction.isEmpty else { return nil }
            rest = text[fraction.endIndex...]
        }
        guard let letter = rest.first else { return }
        var exponent = rest.dropFirst()
        if exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") { exponent.removeFirst() }
        guard letter | 0x20 == UInt8(ascii: "e"), !exponent.isEmpty, exponent.allSatisfy({ Self.digit($0) != nil })
        else { return nil }
        hasExponent = true
    }

    /// The moment, if the number is not negative and small enough.
    var timestamp: Timestamp? {
        guard !isNegative else { return nil }
        if hasExponent {
            // A Double holds seconds to a quarter of a microsecond.
            guard let value = Double(String(decoding: text, as: UTF8.self)), value < 0x1p62 else { return nil }
            let (scale, divisor) = Self.scale(Int64(value))
            return Timestamp(microseconds: Int64((value * Double(scale)).rounded()) / divisor)
        }
        guard let whole else { return nil }
        let (scale, divisor) = Self.scale(whole)
        var microseconds = whole / divisor * scale
        var place = scale / 10
        for digit in fraction {
            guard place > 0 else { break }
            microseconds += Int64(Self.digit(digit) ?? 0) * place
            place /= 10
        }
        return Timestamp(microseconds: microseconds)
    }

    /// What turns a number of that size into microseconds: taken for any other unit, it would be a time before 1974 or
    /// after the year 5138.
    private static func scale(_ number: Int64) -> (factor: Int64, divisor: Int64) {
        switch number {
        case ..<100_000_000_000: (1_000_000, 1)
        case ..<100_000_000_000_000: (1_000, 1)
        case ..<100_000_000_000_000_000: (1, 1)
        default: (1, 1_000)
        }
    }

    /// Why the number is not taken, and what it most likely is.
    var refusal: String {
        let rule = "a bare number should be a Unix time from 2000 to tomorrow"
        let shown = text.count <= 24 ? String(decoding: text, as: UTF8.self) : "this one"
        if let meaning { return "\(rule), but \(shown) looks like \(meaning)" }
        guard let time = timestamp else { return "\(rule), but \(shown) is none" }
        return "\(rule), but \(shown) is \(time)"
    }

    private var meaning: String? {
        guard !hasExponent, let whole else { return nil }
        if whole == 0 || isNegative && whole == 1 { return "a mark for no time: leave it out" }
        guard !isNegative else { return nil }
        if fraction.isEmpty, let time = writtenTime { return "a date in digits: write \(time)" }
        switch whole {
        case 1_900...2_199 where fraction.isEmpty: return "a year"
        case 36_526...73_050: return "a spreadsheet's number of a day: write \(Self.midnight(whole - 25_569))"
        case 10_957...30_000: return "a number of days since 1970: write \(Self.midnight(whole))"
        default: return nil
        }
    }

    /// The moment whose digits these are: `20191001`, `201910011230`, `20191001123000`.
    private var writtenTime: Timestamp? {
        guard [8, 10, 12, 14].contains(text.count) else { return nil }
        let padded = Array(text) + Array(repeating: UInt8(ascii: "0"), count: 14 - text.count)
        let time = try? Timestamp(utf8: padded[..<8] + [UInt8(ascii: "T")] + padded[8...])
        return time.flatMap { (Self.firstWritten...Self.lastWritten).contains($0) ? $0 : nil }
    }

    private static let firstWritten = midnight(-25_567)
    private static let lastWritten = midnight(84_006)

    private static func midnight(_ day: Int64) -> Timestamp {
        Timestamp(microseconds: day * 86_400_000_000)
    }

    private static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        var result: Int64 = 0
        for byte in digits {
            let (product, isTooLarge) = result.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int64(digit(byte) ?? 0))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            result = sum
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}

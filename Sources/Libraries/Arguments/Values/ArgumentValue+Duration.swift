extension Duration: ArgumentValue {
    private static let expectation = ArgumentValueError(expected: "a duration such as 30m, 5s, 250ms or 1h30m")

    private static let attosecondsPerSecond: Int128 = 1_000_000_000_000_000_000

    /// The units from large to small, in attoseconds.
    private static let units: [(name: String, attoseconds: Int128)] = [
        ("d", 86_400 * attosecondsPerSecond),
        ("h", 3_600 * attosecondsPerSecond),
        ("m", 60 * attosecondsPerSecond),
        ("s", attosecondsPerSecond),
        ("ms", attosecondsPerSecond / 1_000),
        ("us", attosecondsPerSecond / 1_000_000),
        ("ns", attosecondsPerSecond / 1_000_000_000),
    ]

    /// Reads numbers with the units `d`, `h`, `m`, `s`, `ms`, `us` and `ns`: `30m`, `1.5s`, `1h30m`; also a plain `0`.
    ///
    /// - Throws: ``ArgumentValueError`` for any other text, a negative duration, and one of more than 100 years.
    public init(argument: String) throws(ArgumentValueError) {
        if argument == "0" {
            self = .zero
            return
        }
        var rest = argument[...]
        var attoseconds: Int128 = 0
        repeat {
            let (part, overflow) = attoseconds.addingReportingOverflow(try Self.readPart(&rest))
            // A century and more is a mistake; far above lies what `Duration` cannot hold.
            guard !overflow, part <= 36_500 * Self.units[0].attoseconds else { throw Self.expectation }
            attoseconds = part
        } while !rest.isEmpty
        self = Duration(attoseconds: attoseconds)
    }

    /// Takes one number with its unit off `rest`.
    private static func readPart(_ rest: inout Substring) throws(ArgumentValueError) -> Int128 {
        let whole = takeDigits(&rest)
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = takeDigits(&rest)
            guard !fraction.isEmpty else { throw expectation }
        }
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest.removeFirst(name.count)
        guard whole.count <= 18, fraction.count <= 9, let number = Int128(whole + fraction), !whole.isEmpty,
            let unit = units.first(where: { $0.name == name })
        else { throw expectation }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.attoseconds)
        guard !overflow else { throw expectation }
        return fraction.reduce(product) { value, _ in value / 10 }
    }

    private static func takeDigits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest.removeFirst(digits.count)
        return digits
    }

    /// The duration in the fewest units: `1h30m`.
    public var argumentText: String {
        var rest = attoseconds.magnitude
        var text = attoseconds < 0 ? "-" : ""
        for unit in Self.units {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.attoseconds.magnitude)
            if count > 0 { text += "\(count)\(unit.name)" }
            rest = remainder
        }
        return text.isEmpty || text == "-" ? "0" : text
    }

    /// What stands for the value in the help.
    public static var valueName: String { "duration" }
}

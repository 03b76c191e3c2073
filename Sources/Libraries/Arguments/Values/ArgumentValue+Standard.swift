extension String: ArgumentValue {
    /// Takes the text as it is.
    public init(argument: String) {
        self = argument
    }

    /// The text itself.
    public var argumentText: String { self }

    /// What stands for the value in the help.
    public static var valueName: String { "text" }
}

extension Bool: ArgumentValue {
    /// Reads `true`, `yes`, `on` and `1`, or `false`, `no`, `off` and `0`, in letters of either case.
    ///
    /// - Throws: ``ArgumentValueError`` for any other text.
    public init(argument: String) throws(ArgumentValueError) {
        switch argument.lowercased() {
        case "true", "yes", "on", "1": self = true
        case "false", "no", "off", "0": self = false
        default: throw ArgumentValueError(expected: "true or false")
        }
    }

    /// `true` or `false`.
    public var argumentText: String { self ? "true" : "false" }

    /// What stands for the value in the help.
    public static var valueName: String { "true|false" }

    /// The two words that completion offers.
    public static var allowedValues: [String] { ["true", "false"] }
}

extension Double: ArgumentValue {
    /// Reads a finite number, as Swift writes them.
    ///
    /// - Throws: ``ArgumentValueError`` for any other text, infinity and NaN.
    public init(argument: String) throws(ArgumentValueError) {
        guard let value = Double(argument), value.isFinite else { throw ArgumentValueError(expected: "a number") }
        self = value
    }

    /// The shortest text that is read as the same number.
    public var argumentText: String { description }

    /// What stands for the value in the help.
    public static var valueName: String { "number" }
}

extension ArgumentValue where Self: FixedWidthInteger {
    /// Reads a decimal number within the bounds of the type.
    ///
    /// - Throws: ``ArgumentValueError`` for any other text, which names the bounds.
    public init(argument: String) throws(ArgumentValueError) {
        guard let value = Self(argument, radix: 10) else {
            throw ArgumentValueError(expected: "a whole number from \(Self.min) to \(Self.max)")
        }
        self = value
    }

    /// The number in decimal digits.
    public var argumentText: String { String(self) }

    /// What stands for the value in the help.
    public static var valueName: String { "number" }
}

extension Int: ArgumentValue {}
extension Int8: ArgumentValue {}
extension Int16: ArgumentValue {}
extension Int32: ArgumentValue {}
extension Int64: ArgumentValue {}
extension UInt: ArgumentValue {}
extension UInt8: ArgumentValue {}
extension UInt16: ArgumentValue {}
extension UInt32: ArgumentValue {}
extension UInt64: ArgumentValue {}

extension ArgumentValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    /// Reads one of the raw values, exactly as it is written.
    ///
    /// - Throws: ``ArgumentValueError`` for any other text, which lists the raw values.
    public init(argument: String) throws(ArgumentValueError) {
        guard let value = Self(rawValue: argument) else {
            throw ArgumentValueError(expected: "one of \(Self.allowedValues.joined(separator: ", "))")
        }
        self = value
    }

    /// The raw value.
    public var argumentText: String { rawValue }

    /// The raw values of all cases.
    public static var allowedValues: [String] { allCases.map(\.rawValue) }
}

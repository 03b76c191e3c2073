/// A type that an argument on the command line, an environment variable or a setting in a file can be read as.
///
/// A `String` enumeration with `CaseIterable` conforms by saying so; its raw values are then listed in the help,
/// offered by completion and suggested when one is mistyped. `String`, `Bool`, `Double`, the integers and `Duration`
/// conform.
public protocol ArgumentValue: ArgumentContent where SingleValue == Self {
    /// Reads the value from the text that the user wrote.
    ///
    /// - Parameter argument: The text, which may be empty or anything else.
    /// - Throws: ``ArgumentValueError`` with what was expected instead, for the user to read.
    init(argument: String) throws(ArgumentValueError)

    /// The value as the user would write it. The help shows it as the default.
    var argumentText: String { get }

    /// What stands for the value in the help, without angle brackets, such as `number`.
    static var valueName: String { get }

    /// All texts that are allowed, for the help, completion and suggestions; empty where they cannot be listed.
    static var allowedValues: [String] { get }

    /// Whether ``argumentText`` leaves out what is secret in a value, as an address without its password does. An
    /// option that is declared as secret is then listed by that text in place of stars.
    static var hidesSecrets: Bool { get }
}

extension ArgumentValue {
    /// The word `value`, unless the type has its own.
    public static var valueName: String { "value" }

    /// An empty list, unless the type has its own.
    public static var allowedValues: [String] { [] }

    /// False, unless the type says otherwise.
    public static var hidesSecrets: Bool { false }
}

/// What was expected where a text is not a value of its type. The parser adds the text and the name of the argument.
public struct ArgumentValueError: Error, Equatable, Sendable {
    /// What would have been right, as it follows after "expected": `a whole number from 0 to 65535`.
    public let expectation: String

    /// Which of several texts was wrong.
    var value: String?

    /// Makes an error.
    ///
    /// - Parameter expectation: What would have been right, as it follows after "expected", without a full stop:
    ///   `a whole number from 0 to 65535`.
    public init(expected expectation: String) {
        self.expectation = expectation
    }
}

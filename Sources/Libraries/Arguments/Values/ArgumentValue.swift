/// A type that an argument on the command line, an environment variable or a setting in a file can be read as.
///
/// A `String` enumeration with `CaseIterable` conforms by saying so; its raw values are then listed in the help, offered
/// by completion and suggested when one is mistyped.
public protocol ArgumentValue: ArgumentContent where SingleValue == Self {
    /// Reads the value from the text that the user wrote.
    ///
    /// - Throws: What was expected instead, for the user to read.
    init(argument: String) throws(ArgumentValueError)

    /// The value as the user would write it; shown as the default in the help.
    var argumentText: String { get }

    /// What stands for the value in the help, without angle brackets: `number`.
    static var valueName: String { get }

    /// All texts that are allowed; empty where they cannot be listed.
    static var allowedValues: [String] { get }
}

extension ArgumentValue {
    /// `value`, unless the type knows better.
    public static var valueName: String { "value" }

    /// None that could be listed, unless the type knows better.
    public static var allowedValues: [String] { [] }
}

/// A text that is no value of the wanted type.
public struct ArgumentValueError: Error, Equatable, Sendable {
    /// What would have been right, as it follows on "expected": `a whole number from 0 to 65535`.
    public let expectation: String

    /// Which of several texts was wrong.
    var value: String?

    /// An error that tells what was expected, as it follows on that word: `a whole number from 0 to 65535`.
    public init(expected expectation: String) {
        self.expectation = expectation
    }
}

/// A command line that cannot be understood, for the user to mend.
public struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The exit status for wrong usage.
    public static let exitStatus: Int32 = 2

    /// What is wrong: one sentence each, without a full stop. Never empty.
    public let problems: [String]

    /// How the command is called: `debias-events import [options] <file>`.
    public let usage: String

    /// The command that was meant, as the user types it: `debias-events import`.
    public let command: String

    /// The whole message for standard error, in several lines: the problems, the usage, and where to read more.
    public var description: String {
        let lines = problems.map { "error: \($0)" }
        return (lines + ["usage: \(usage)", "see '\(command) --help'"]).joined(separator: "\n")
    }
}

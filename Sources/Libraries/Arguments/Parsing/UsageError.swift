/// A command line that cannot be understood, for the user to correct. Texts of the user are quoted in a form that is
/// safe to print, and values of secret options never.
public struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The exit status for wrong usage: 2.
    public static let exitStatus: Int32 = 2

    /// What is wrong: one sentence each, without a full stop. There is at least one.
    public let problems: [String]

    /// How the command is called: `shop list [options] <customer>`.
    public let usage: String

    /// The command that was meant, as the user types it: `shop list`.
    public let command: String

    /// The whole message for standard error, in several lines: the problems, the usage, and where to read more.
    public var description: String {
        let lines = problems.map { "error: \($0)" }
        return (lines + ["usage: \(usage)", "see '\(command) --help'"]).joined(separator: "\n")
    }
}

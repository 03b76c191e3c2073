/// A command, or a group of commands, with the arguments that it declares.
///
/// The stored properties that are wrapped in ``Argument``, ``Option``, ``Flag`` or ``OptionGroup`` are the
/// declarations. A command is a value of one task at a time.
public protocol Command: ArgumentGroup {
    /// The name of the command, its texts, and the commands below it.
    static var configuration: CommandConfiguration { get }

    /// Does what the user asked for. The program calls it on the command of ``ParseOutcome/run(_:)``; a command that
    /// has subcommands never gets there.
    ///
    /// - Throws: What the command fails with, for the program to print.
    mutating func run() async throws
}

/// A command that only holds others, as `orders` does in `orders list`.
public protocol CommandGroup: Command {}

extension CommandGroup {
    /// Does nothing: the parser asks for one of the subcommands instead.
    public mutating func run() {}
}

/// How a command is called and explained.
///
/// Texts are plain English, which the help wraps to the width of the terminal.
public struct CommandConfiguration: Sendable {
    /// The word that calls the command; for the root, the name of the program.
    public var name: String

    /// Other words that call it. The help of the command names them; completion does not offer them.
    public var aliases: [String]

    /// One sentence for the list of commands and the head of the help.
    public var abstract: String

    /// What else the help says; paragraphs are separated by an empty line.
    public var discussion: String

    /// How the command is used, most common first.
    public var examples: [CommandExample]

    /// The version of the program, for `--version`. It counts at the root only; where it is empty, there is no such
    /// option.
    public var version: String

    /// The commands below this one. A command that has any is never run itself, and its own arguments are not read.
    public var subcommands: [any Command.Type]

    /// Whether the list of commands and completion leave it out.
    public var isHidden: Bool

    /// Makes a configuration, for which only the name and the abstract are needed.
    ///
    /// - Parameters:
    ///   - name: The word that calls the command; for the root, the name of the program.
    ///   - aliases: Other words that call it.
    ///   - abstract: One sentence for the list of commands and the head of the help.
    ///   - discussion: What else the help says; paragraphs are separated by an empty line.
    ///   - examples: How the command is used, most common first.
    ///   - version: The version of the program, at the root.
    ///   - subcommands: The commands below this one.
    ///   - isHidden: Whether the list of commands and completion leave it out.
    public init(
        name: String, aliases: [String] = [], abstract: String, discussion: String = "",
        examples: [CommandExample] = [], version: String = "", subcommands: [any Command.Type] = [],
        isHidden: Bool = false
    ) {
        self.name = name
        self.aliases = aliases
        self.abstract = abstract
        self.discussion = discussion
        self.examples = examples
        self.version = version
        self.subcommands = subcommands
        self.isHidden = isHidden
    }
}

/// A command line and what it does, for the help.
public struct CommandExample: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The whole line as the user types it.
    public var line: String

    /// What the line does; empty if that needs no words.
    public var explanation: String

    /// Makes an example.
    ///
    /// - Parameters:
    ///   - line: The whole line as the user types it, with the name of the program.
    ///   - explanation: What the line does, as one sentence.
    public init(_ line: String, _ explanation: String = "") {
        self.line = line
        self.explanation = explanation
    }

    /// Makes an example that needs no explanation.
    public init(stringLiteral line: String) {
        self.init(line)
    }
}

/// A command, or a group of commands, with the arguments it declares.
public protocol Command: ArgumentGroup {
    /// Its name, its texts, and the commands below it.
    static var configuration: CommandConfiguration { get }

    /// Does what the user asked for. Never called for a command that has subcommands.
    mutating func run() async throws
}

/// A command that only holds others: `dlq` in `dlq list`.
public protocol CommandGroup: Command {}

extension CommandGroup {
    /// Does nothing: the parser asks for one of the subcommands instead.
    public mutating func run() {}
}

/// How a command is called and explained.
public struct CommandConfiguration: Sendable {
    /// The word that calls the command; for the root, the name of the program.
    public var name: String

    /// Other words that call it.
    public var aliases: [String]

    /// One line for the list of commands.
    public var abstract: String

    /// What else the help says; paragraphs are separated by an empty line.
    public var discussion: String

    /// How the command is used, most common first.
    public var examples: [CommandExample]

    /// The version of the program, for `--version`; at the root only.
    public var version: String

    /// The commands below; a command that has any is never run itself, and its own arguments are not read.
    public var subcommands: [any Command.Type]

    /// Whether the list of commands and completion leave it out.
    public var isHidden: Bool

    /// A configuration; only the name and the abstract are needed.
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

    /// What it does; may be empty.
    public var explanation: String

    /// The example `line`, which does what `explanation` says.
    public init(_ line: String, _ explanation: String = "") {
        self.line = line
        self.explanation = explanation
    }

    /// An example that explains itself.
    public init(stringLiteral line: String) {
        self.init(line)
    }
}

/// What a command line asks the program to do.
public enum ParseOutcome: Sendable {
    /// To run this command, whose properties hold their values.
    case run(any Command)
    /// To print this help, which has several lines and no newline at its end, and exit with status 0.
    case help(String)
    /// To print this version and exit with status 0.
    case version(String)
    /// To print this script, by which a shell completes command lines, and exit with status 0.
    case completionScript(String)
}

/// Reads command lines for a tree of commands. It prints nothing, reads no environment by itself and never exits.
///
/// Beside what is declared it knows `--help` and `-h` at each command, `--version`, and at groups of commands `help
/// COMMAND`; at the root also `completion bash|zsh|fish`. Options of a command may stand before its name, and behind
/// `--` every word is a value.
///
/// A parser is immutable and safe to use from any thread.
public struct CommandParser: Sendable {
    let root: CommandNode
    let environment: [String: String]
    let settings: SettingsFile?
    let width: Int

    /// Makes a parser for `root` and the commands below it.
    ///
    /// - Parameters:
    ///   - root: The command whose name is that of the program.
    ///   - environment: The environment variables that options may fall back to; none, if left out.
    ///   - settings: The settings that options may fall back to after the environment.
    ///   - width: The number of columns that help is wrapped to.
    public init(
        _ root: any Command.Type, environment: [String: String] = [:], settings: SettingsFile? = nil, width: Int = 80
    ) {
        self.root = CommandNode(root)
        self.environment = environment
        self.settings = settings
        self.width = width
    }

    /// Reads a command line.
    ///
    /// It calls ``SettingsFile/load`` on the calling thread, and then ``ArgumentGroup/validate()`` if every value
    /// was read.
    ///
    /// - Parameter arguments: The words of the line without the name of the program.
    /// - Returns: What the line asks for.
    /// - Throws: ``UsageError`` with all that is wrong: the first thing that makes the line unreadable, or else every
    ///   value that is invalid and every argument that is missing, or else what the checks of several values found.
    public func parse(_ arguments: [String]) throws(UsageError) -> ParseOutcome {
        switch try route(arguments) {
        case .help(let node): .help(help(for: node))
        case .version: .version(root.configuration.version)
        case .completion(let shell): .completionScript(completionScript(for: shell))
        case .completionHelp: .help(completionHelp)
        case .command(let node, let words): .run(try command(at: node, from: words))
        }
    }

    /// Makes the command, and gives its properties the values that `words`, the environment and the settings hold.
    private func command(at node: CommandNode, from words: [String]) throws(UsageError) -> any Command {
        let command = node.type.init()
        let definitions = command.definitions
        let given: [[String]?]
        do throws(ArgumentSyntaxError) {
            var binding = ArgumentBinding(definitions)
            given = try binding.bind(words)
        } catch {
            throw usageError([error.message], at: node)
        }
        let resolution = ValueResolution(definitions: definitions, environment: environment)
        var problems: [String] = []
        let loaded = resolution.loadSettings(settings, given: given, problems: &problems)
        problems += unknownSettings(in: loaded)
        problems += resolution.store(given, settings: loaded)
        // Checks of several values together make sense only when each of them was read.
        if problems.isEmpty { problems = command.validationProblems }
        guard problems.isEmpty else { throw usageError(problems, at: node) }
        return command
    }

    /// A setting that no command knows is a typing error that would otherwise go unseen.
    private func unknownSettings(in settings: Settings?) -> [String] {
        guard let settings else { return [] }
        let names = root.allDefinitions.filter { !$0.isPositional }.map(\.name)
        return settings.values.keys.filter { !names.contains($0) }.sorted().map { key in
            "unknown setting \(DisplayedText.quoted(key)) in \(settings.name)"
                + Suggestion.phrase(for: key, among: names)
        }
    }

    func usageError(_ problems: [String], at node: CommandNode) -> UsageError {
        UsageError(problems: problems, usage: HelpText.usage(of: node), command: node.name)
    }
}

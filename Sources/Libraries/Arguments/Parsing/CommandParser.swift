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
    /// To print these values, for someone who wants to know what a command would run with, and exit with status 0.
    case values(ValueListing)
}

/// Reads command lines for a tree of commands. It prints nothing, reads no environment by itself and never exits.
///
/// Beside what is declared it knows `--help` and `-h` at each command, `--version`, and at groups of commands `help
/// COMMAND`; at the root also `completion bash|zsh|fish`; and where there are settings, `--print-config` at each command,
/// called after their option. Options of a command may stand before its name, and behind `--` every word is a value.
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
    ///   - variablePrefix: Gives a variable to every option that declares none: of the prefix `SHOP` and an option
    ///     `--data-dir` it is `SHOP_DATA_DIR`. Flags get none, and one that declares none is then a matter of the
    ///     command line alone, of which the settings may not speak either. Nil: only declared variables count.
    ///   - width: The number of columns that help is wrapped to.
    public init(
        _ root: any Command.Type, environment: [String: String] = [:], settings: SettingsFile? = nil,
        variablePrefix: String? = nil, width: Int = 80
    ) {
        self.root = CommandNode(root, variablePrefix: variablePrefix)
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
        case .values(let node, let words): .values(try listing(at: node, from: words))
        case .command(let node, let words): .run(try command(at: node, from: words))
        }
    }

    /// Makes the command, and gives its properties the values that `words`, the environment and the settings hold.
    private func command(at node: CommandNode, from words: [String]) throws(UsageError) -> any Command {
        let command = node.type.init()
        let resolved = try resolve(node.definitions(of: command), at: node, from: words)
        var problems = resolved.problems + resolved.missingProblems
        // Checks of several values together make sense only when each of them was read.
        if problems.isEmpty { problems = command.validationProblems }
        guard problems.isEmpty else { throw usageError(problems, at: node) }
        return command
    }

    /// Finds the values of arguments, and stores them in the properties that declare these.
    func resolve(
        _ definitions: [ArgumentDefinition], at node: CommandNode, from words: [String]
    ) throws(UsageError) -> Resolved {
        let given: [[String]?]
        do throws(ArgumentSyntaxError) {
            var binding = ArgumentBinding(definitions)
            given = try binding.bind(words)
        } catch {
            throw usageError([error.message], at: node)
        }
        let resolution = ValueResolution(definitions: definitions, environment: environment)
        var problems: [String] = []
        let loaded = loadSettings(resolution, given: given, problems: &problems)
        problems += unknownSettings(in: loaded)
        var resolved = resolution.store(given, settings: loaded)
        resolved.problems = problems + resolved.problems
        return resolved
    }

    func usageError(_ problems: [String], at node: CommandNode) -> UsageError {
        UsageError(problems: problems, usage: HelpText.usage(of: node), command: node.name)
    }
}

/// Which command a line is meant for.
enum Route {
    case help(CommandNode)
    case version
    case completion(Shell)
    case completionHelp
    /// A command that runs, with the words that are not the names of commands.
    case command(CommandNode, words: [String])
    /// A command whose values are listed in place of a run, with the words for it.
    case values(CommandNode, words: [String])
}

extension CommandParser {
    static let helpNames = ["--help", "-h"]
    static let versionName = "--version"
    static let helpCommand = "help"
    static let completionCommand = "completion"

    /// Follows the names of commands down to one that runs. Options on the way are kept for it.
    func route(_ arguments: [String]) throws(UsageError) -> Route {
        var node = root
        var kept: [String] = []
        var rest = arguments[...]
        if rest.isEmpty && root.isGroup { return .help(root) }
        while node.isGroup {
            guard let word = rest.first, word != "--" else {
                throw usageError(["a command is missing: \(choices(at: node))"], at: node)
            }
            rest.removeFirst()
            if Self.helpNames.contains(word) {
                return .help(node)
            } else if word == Self.versionName && !root.configuration.version.isEmpty {
                return .version
            } else if ArgumentWord(word).isOption {
                kept.append(word)
                if word == printName { continue }
                if try takesNextWord(word, at: node), let value = rest.popFirst() { kept.append(value) }
            } else if let child = node.child(called: word) {
                node = child
            } else if word == Self.helpCommand {
                return try help(of: node, called: rest)
            } else if word == Self.completionCommand && node.path.count == 1 {
                return try completion(rest)
            } else {
                throw unknownCommand(word, at: node)
            }
        }
        let words = kept + rest
        return asksForText(words, at: node) ?? asksForValues(words, at: node) ?? .command(node, words: words)
    }

    /// Help or the version, if the words for a command that runs ask for them.
    private func asksForText(_ words: [String], at node: CommandNode) -> Route? {
        let definitions = node.definitions
        let ownNames = definitions.flatMap { $0.longNames.map(\.name) + ($0.short.map { ["-\($0)"] } ?? []) }
        for word in words.prefix(while: { $0 != "--" }) where !ownNames.contains(word) {
            if Self.helpNames.contains(word) { return .help(node) }
            if word == Self.versionName && !root.configuration.version.isEmpty { return .version }
        }
        return nil
    }

    /// The listing of values, if the words for a command that runs ask for it.
    private func asksForValues(_ words: [String], at node: CommandNode) -> Route? {
        let options = words.prefix { $0 != "--" }
        guard let printName, options.contains(printName) else { return nil }
        return .values(node, words: options.filter { $0 != printName } + words[options.endIndex...])
    }

    /// Whether the option `word`, which stands before the name of the command it belongs to, is followed by a value.
    private func takesNextWord(_ word: String, at node: CommandNode) throws(UsageError) -> Bool {
        let lookup = OptionLookup(node.allDefinitions)
        do throws(ArgumentSyntaxError) {
            switch try lookup.read(ArgumentWord(word)).last {
            case .value(_, nil): return true
            default: return false
            }
        } catch {
            throw usageError([error.message], at: node)
        }
    }

    private func help(of node: CommandNode, called words: ArraySlice<String>) throws(UsageError) -> Route {
        var node = node
        for word in words where !ArgumentWord(word).isOption {
            if let child = node.child(called: word) {
                node = child
            } else if builtInCommands(at: node).contains(where: { $0.name == word }) {
                return word == Self.completionCommand ? .completionHelp : .help(node)
            } else {
                throw unknownCommand(word, at: node)
            }
        }
        return .help(node)
    }

    private func completion(_ words: ArraySlice<String>) throws(UsageError) -> Route {
        if words.contains(where: Self.helpNames.contains) { return .completionHelp }
        if words.count == 1, let shell = words.first.flatMap(Shell.init(rawValue:)) { return .completion(shell) }
        let shells = Shell.allowedValues
        let hint = words.first.map { Suggestion.phrase(for: $0, among: shells) } ?? ""
        throw UsageError(
            problems: ["a shell is needed: \(shells.joined(separator: ", "))\(hint)"], usage: completionUsage,
            command: "\(root.name) \(Self.completionCommand)")
    }

    private func unknownCommand(_ word: String, at node: CommandNode) -> UsageError {
        let names = node.children.map(\.configuration).filter { !$0.isHidden }.flatMap { [$0.name] + $0.aliases }
        let hint = Suggestion.phrase(for: word, among: names + builtInCommands(at: node).map(\.name))
        let choice = hint.isEmpty && node.isGroup ? "; there are \(choices(at: node))" : hint
        return usageError(["unknown command \(DisplayedText.quoted(word))\(choice)"], at: node)
    }

    private func choices(at node: CommandNode) -> String {
        node.children.filter { !$0.configuration.isHidden }.map(\.configuration.name).joined(separator: ", ")
    }

    /// The commands that every group has beside the declared ones.
    func builtInCommands(at node: CommandNode) -> [(name: String, abstract: String)] {
        guard node.isGroup else { return [] }
        let help = (name: Self.helpCommand, abstract: "Explain a command.")
        let completion = (
            name: Self.completionCommand, abstract: "Print a completion script for bash, zsh or fish."
        )
        return (node.path.count == 1 ? [completion, help] : [help]).filter { node.child(called: $0.name) == nil }
    }
}

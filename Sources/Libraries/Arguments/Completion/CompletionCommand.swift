/// A command as completion sees it.
struct CompletionCommand {
    var path: [String]
    var aliases: [String] = []
    var abstract: String
    var children: [CompletionCommand] = []
    var options: [CompletionOption] = []
    var positionals: [CompletionPositional] = []
    /// The names that are followed by a value here; at a group those of all commands below, as options may stand early.
    var namesWithValue: [String] = []

    init(_ node: CommandNode, parser: CommandParser) {
        let definitions = node.definitions.filter { !$0.isHidden }
        path = node.path
        aliases = node.configuration.aliases
        abstract = node.configuration.abstract
        children = node.children.filter { !$0.configuration.isHidden }.map { CompletionCommand($0, parser: parser) }
        children += parser.builtInCommands(at: node).map { CompletionCommand(builtIn: $0, below: self) }
        options = definitions.filter { !$0.isPositional }.map(CompletionOption.init)
        let ownNames = options.flatMap(\.names)
        let help = CommandParser.helpNames.filter { !ownNames.contains($0) }
        options.append(CompletionOption(names: help, help: "Print this help.", value: nil))
        if !node.isGroup, let name = parser.printName {
            options.append(
                CompletionOption(names: [name], help: "Print each value and where it comes from.", value: nil))
        }
        if !parser.root.configuration.version.isEmpty {
            options.append(
                CompletionOption(names: [CommandParser.versionName], help: "Print the version.", value: nil))
        }
        positionals = definitions.filter(\.isPositional).map(CompletionPositional.init)
        let below = Set(children.flatMap(\.namesWithValue))
        namesWithValue = options.filter { $0.value != nil }.flatMap(\.names) + below.sorted()
    }

    private init(builtIn command: (name: String, abstract: String), below parent: CompletionCommand) {
        path = parent.path + [command.name]
        abstract = command.abstract
        if command.name == CommandParser.helpCommand {
            children = parent.children.map { CompletionCommand(topic: $0, below: path) }
        } else {
            positionals = [CompletionPositional(name: "shell", isRepeated: false, value: .words(Shell.allowedValues))]
        }
    }

    /// A command as the help explains it: only its name and those below it count.
    private init(topic command: CompletionCommand, below parentPath: [String]) {
        path = parentPath + [command.name]
        abstract = command.abstract
        let topics = command.children.filter { $0.name != CommandParser.helpCommand }
        children = topics.map { [path] topic in CompletionCommand(topic: topic, below: path) }
    }

    var name: String { path.last ?? "" }

    /// The path as the user types it.
    var line: String { path.joined(separator: " ") }

    /// This command and all below it, parents first.
    var all: [CompletionCommand] { [self] + children.flatMap(\.all) }
}

/// What can stand for a value.
enum CompletionValue: Equatable {
    case anything
    case words([String])
    case files
    case folders

    init(_ definition: ArgumentDefinition) {
        switch definition.completion {
        case .file: self = .files
        case .directory: self = .folders
        case .words(let words): self = .words(words)
        case .allowedValues:
            self = definition.allowedValues.isEmpty ? .anything : .words(definition.allowedValues)
        }
    }
}

/// An option as completion sees it.
struct CompletionOption {
    /// The short and then the long names, with dashes.
    var names: [String]
    var help: String
    var isRepeated = false
    /// What follows the name; `nil` for flags.
    var value: CompletionValue?
    var valueName = ""

    init(names: [String], help: String, value: CompletionValue?) {
        self.names = names
        self.help = help
        self.value = value
    }

    init(_ definition: ArgumentDefinition) {
        names = (definition.short.map { ["-\($0)"] } ?? []) + definition.longNames.map(\.name)
        // The first sentence has to do: lists of candidates have one line for each.
        help = definition.help.firstSentence
        isRepeated = definition.isRepeated || definition.kind == .counter
        value = definition.takesValue ? CompletionValue(definition) : nil
        valueName = definition.valueName
    }
}

/// A value known by its place, as completion sees it.
struct CompletionPositional {
    var name: String
    var isRepeated: Bool
    var value: CompletionValue

    init(name: String, isRepeated: Bool, value: CompletionValue) {
        self.name = name
        self.isRepeated = isRepeated
        self.value = value
    }

    init(_ definition: ArgumentDefinition) {
        self.init(name: definition.name, isRepeated: definition.isRepeated, value: CompletionValue(definition))
    }
}

extension String {
    /// The text up to the first full stop that a space follows, in one line.
    fileprivate var firstSentence: String {
        let line = split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        guard let stop = line.indices.first(where: { line[$0...].hasPrefix(". ") }) else { return String(line) }
        return String(line[...stop])
    }
}

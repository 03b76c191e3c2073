/// A command with its place in the tree of commands.
struct CommandNode: Sendable {
    let type: any Command.Type
    let configuration: CommandConfiguration
    /// The names from the root down to this command.
    let path: [String]
    let children: [CommandNode]
    /// What the environment variables of options begin with that declare none; nil where these have none.
    let variablePrefix: String?

    init(_ type: any Command.Type, below parentPath: [String] = [], variablePrefix: String? = nil) {
        let configuration = type.configuration
        let path = parentPath + [configuration.name]
        self.type = type
        self.configuration = configuration
        self.path = path
        self.variablePrefix = variablePrefix
        children = configuration.subcommands.map { CommandNode($0, below: path, variablePrefix: variablePrefix) }
    }

    var isGroup: Bool { !children.isEmpty }

    /// The path as the user types it: `debias-events dlq list`.
    var name: String { path.joined(separator: " ") }

    /// The arguments that a run of this command reads; none for a group.
    var definitions: [ArgumentDefinition] { isGroup ? [] : definitions(of: type.init()) }

    /// The arguments that `command`, which is of this node's type, declares, with the variables that follow by rule.
    func definitions(of command: any Command) -> [ArgumentDefinition] {
        guard let variablePrefix else { return command.definitions }
        return command.definitions.map { $0.withVariable(prefix: variablePrefix) }
    }

    /// The arguments of all commands at and below this one, by reading each declaration once.
    var allDefinitions: [ArgumentDefinition] { definitions + children.flatMap(\.allDefinitions) }

    /// This node and all below it, parents first.
    var allNodes: [CommandNode] { [self] + children.flatMap(\.allNodes) }

    func child(called word: String) -> CommandNode? {
        children.first { $0.configuration.name == word || $0.configuration.aliases.contains(word) }
    }
}

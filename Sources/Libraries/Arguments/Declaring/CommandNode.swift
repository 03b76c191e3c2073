/// A command with its place in the tree of commands.
struct CommandNode: Sendable {
    let type: any Command.Type
    let configuration: CommandConfiguration
    /// The names from the root down to this command.
    let path: [String]
    let children: [CommandNode]

    init(_ type: any Command.Type, below parentPath: [String] = []) {
        let configuration = type.configuration
        let path = parentPath + [configuration.name]
        self.type = type
        self.configuration = configuration
        self.path = path
        children = configuration.subcommands.map { CommandNode($0, below: path) }
    }

    var isGroup: Bool { !children.isEmpty }

    /// The path as the user types it: `debias-events dlq list`.
    var name: String { path.joined(separator: " ") }

    /// The arguments that a run of this command reads; none for a group.
    var definitions: [ArgumentDefinition] { isGroup ? [] : type.init().definitions }

    /// The arguments of all commands at and below this one, by reading each declaration once.
    var allDefinitions: [ArgumentDefinition] { definitions + children.flatMap(\.allDefinitions) }

    /// This node and all below it, parents first.
    var allNodes: [CommandNode] { [self] + children.flatMap(\.allNodes) }

    func child(called word: String) -> CommandNode? {
        children.first { $0.configuration.name == word || $0.configuration.aliases.contains(word) }
    }
}

extension CommandParser {
    /// What contradicts itself in the declarations of all commands, such as names that are declared twice and arguments
    /// that can never be reached: one sentence each, which begins with the command. Empty if all is well.
    ///
    /// It is for a test of the program, as users can do nothing about these. Parsing does not check them.
    public var declarationProblems: [String] {
        root.allNodes.flatMap { node in
            (commandProblems(at: node) + argumentProblems(node.definitions)).map { "\(node.name): \($0)" }
        } + settingsProblems + variableProblems
    }

    /// A variable, and a setting, is one for all commands: it must mean the same in each.
    private var variableProblems: [String] {
        guard root.variablePrefix != nil else { return [] }
        let definitions = root.allDefinitions.filter { !$0.isPositional && !$0.isLineOnly }
        let variables = Dictionary(grouping: definitions) { $0.environment ?? "" }
        let names = Dictionary(grouping: definitions, by: \.name)
        return variables.sorted { $0.key < $1.key }.filter { Set($0.value.map(\.name)).count > 1 }
            .map { "\($0.key) is the variable of several options: \(Set($0.value.map(\.name)).sorted())" }
            + names.sorted { $0.key < $1.key }
            .filter { Set($0.value.map(\.environment)).count > 1 || Set($0.value.map(\.isRepeated)).count > 1 }
            .map { "--\($0.key) has several variables, or repeats in some commands only" }
    }

    private func commandProblems(at node: CommandNode) -> [String] {
        let names = node.children.flatMap { [$0.configuration.name] + $0.configuration.aliases }
        let own = node.isGroup && !node.type.init().definitions.isEmpty
        return repeated(names).map { "two commands are called '\($0)'" }
            + (own ? ["arguments of a command with subcommands are never read"] : [])
            + names.filter { $0.isEmpty || ArgumentWord($0).isOption }.map { "'\($0)' cannot be called" }
    }

    private func argumentProblems(_ definitions: [ArgumentDefinition]) -> [String] {
        let long = definitions.flatMap { $0.longNames.map(\.name) }
        let short = definitions.compactMap { $0.short.map { "-\($0)" } }
        let positionals = definitions.filter(\.isPositional)
        var problems = repeated(long + short + positionals.map(\.label)).map { "'\($0)' is declared twice" }
        if positionals.dropLast().contains(where: \.isRepeated) {
            problems.append("an argument behind one that takes all the rest is never reached")
        }
        if let optional = positionals.firstIndex(where: { !$0.isRequired }),
            positionals[optional...].contains(where: \.isRequired)
        {
            problems.append("a required argument stands behind one that may be left out")
        }
        let unreachable = long.filter { $0 == "--help" || $0.dropFirst(2).isEmpty || $0.contains("=") }
        return problems + unreachable.map { "'\($0)' cannot be given" }
    }

    private var settingsProblems: [String] {
        guard let settings, !root.allDefinitions.contains(where: { $0.takesValue && $0.name == settings.option }) else {
            return []
        }
        return ["no option --\(settings.option) for the settings file is declared"]
    }

    private func repeated(_ names: [String]) -> [String] {
        Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }
}

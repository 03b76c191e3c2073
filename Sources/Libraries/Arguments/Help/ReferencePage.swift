extension CommandParser {
    /// The arguments of all commands as tables in Markdown, without a newline at the end: for a page of the program's
    /// documentation, and a test that compares both. What the environment holds does not show.
    ///
    /// Options that several commands take from one group stand once, under the title of the group.
    public var reference: String {
        ReferencePage(nodes: root.allNodes.filter { !$0.isGroup && !$0.configuration.isHidden }).text
    }
}

/// Makes the page of ``CommandParser/reference``.
struct ReferencePage {
    let nodes: [CommandNode]

    var text: String {
        let shared = sharedGroups
        let groups = shared.map(section)
        let commands = nodes.map { section(of: $0, apartFrom: shared.map(\.title)) }
        return (groups + commands).joined(separator: "\n\n")
    }

    private typealias Group = (title: String, users: [CommandNode])

    /// The groups of several commands, in order of appearance.
    private var sharedGroups: [Group] {
        var groups: [Group] = []
        for node in nodes {
            for title in Self.titles(node.visible) {
                if let index = groups.firstIndex(where: { $0.title == title }) {
                    groups[index].users.append(node)
                } else {
                    groups.append((title, [node]))
                }
            }
        }
        return groups.filter { $0.users.count > 1 }
    }

    private func section(_ group: Group) -> String {
        let names = group.users.map { "`\($0.shortName)`" }.joined(separator: ", ")
        let all = group.users.count == nodes.count
        return """
            ## \(group.title)

            Of \(all ? "every command" : names).

            \(Self.table(group.users.first.map { Self.definitions($0.visible, of: group.title) } ?? []))
            """
    }

    private func section(of node: CommandNode, apartFrom shared: [String]) -> String {
        var parts = ["## `\(node.shortName)`", node.configuration.abstract]
        let own = node.visible.filter { !shared.contains($0.groupTitle) }
        if !own.isEmpty { parts.append(Self.table(own)) }
        let titles = Self.titles(node.visible).filter(shared.contains)
        if !titles.isEmpty {
            parts.append((own.isEmpty ? "Takes " : "Also takes ") + titles.joined(separator: ", ") + ".")
        }
        return parts.joined(separator: "\n\n")
    }

    private static func titles(_ definitions: [ArgumentDefinition]) -> [String] {
        var titles: [String] = []
        for definition in definitions where !definition.groupTitle.isEmpty && !titles.contains(definition.groupTitle) {
            titles.append(definition.groupTitle)
        }
        return titles
    }

    private static func definitions(_ all: [ArgumentDefinition], of title: String) -> [ArgumentDefinition] {
        all.filter { $0.groupTitle == title }
    }

    private static func table(_ definitions: [ArgumentDefinition]) -> String {
        let rows = definitions.map { definition in
            [
                "`\(label(of: definition))`", definition.environment.map { "`\($0)`" } ?? "", initial(of: definition),
                meaning(of: definition),
            ]
        }
        let lines = ([["option", "environment", "default", "meaning"], ["---", "---", "---", "---"]] + rows)
            .map { "| " + $0.map { cell in cell.escapingBars }.joined(separator: " | ") + " |" }
        return lines.joined(separator: "\n")
    }

    private static func label(of definition: ArgumentDefinition) -> String {
        let name = definition.kind == .flag(hasInversion: true) ? "--[no-]\(definition.name)" : definition.label
        return name + (definition.isRepeated ? "..." : "")
    }

    private static func initial(of definition: ArgumentDefinition) -> String {
        if definition.isRequired { return "required" }
        switch definition.kind {
        case .flag: return definition.defaultTexts == ["true"] ? "on" : "off"
        case .counter, .option, .positional:
            let texts = definition.defaultTexts.joined(separator: ",")
            return texts.isEmpty || definition.isSecret ? "" : "`\(texts)`"
        }
    }

    private static func meaning(of definition: ArgumentDefinition) -> String {
        let allowed = definition.valueName == "true|false" ? [] : definition.allowedValues
        guard definition.takesValue || definition.isPositional, !allowed.isEmpty else { return definition.help }
        return definition.help + " One of " + allowed.map { "`\($0)`" }.joined(separator: ", ") + "."
    }
}

extension CommandNode {
    /// The arguments that the help shows.
    fileprivate var visible: [ArgumentDefinition] { definitions.filter { !$0.isHidden } }

    /// The path without the program's name.
    fileprivate var shortName: String { path.dropFirst().joined(separator: " ") }
}

extension String {
    /// The text in one line, with bars that do not end a cell of a table.
    fileprivate var escapingBars: String {
        reduce(into: "") { $0 += $1 == "|" ? "\\|" : $1.isNewline ? " " : String($1) }
    }
}

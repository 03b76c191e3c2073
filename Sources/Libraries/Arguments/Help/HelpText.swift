/// Makes the help of a command from its declarations.
struct HelpText {
    let parser: CommandParser
    let node: CommandNode

    typealias Entry = (label: String, text: String)
    typealias Section = (title: String, entries: [Entry])

    /// `debias-events import [options] <file>`; required options stand by name.
    static func usage(of node: CommandNode) -> String {
        guard !node.isGroup else { return "\(node.name) <command>" }
        let definitions = node.definitions.filter { !$0.isHidden }
        let required = definitions.filter { !$0.isPositional && $0.isRequired }.map(\.label)
        let positionals = definitions.filter(\.isPositional).map { definition in
            let label = definition.label + (definition.isRepeated ? "..." : "")
            return definition.isRequired ? label : "[\(label)]"
        }
        return ([node.name] + required + ["[options]"] + positionals).joined(separator: " ")
    }

    /// The whole text, without a line break at its end.
    var text: String {
        let layout = TextLayout(width: parser.width)
        let configuration = node.configuration
        var parts = [layout.paragraph(configuration.abstract), "Usage: \(Self.usage(of: node))"]
        if !configuration.aliases.isEmpty {
            parts.append("Also called: \(configuration.aliases.joined(separator: ", "))")
        }
        parts.append(layout.paragraph(configuration.discussion))

        let sections = self.sections
        let labelWidth = layout.labelWidth(for: sections.flatMap { $0.entries.map(\.label) })
        for (title, entries) in sections where !entries.isEmpty {
            parts.append("\(title):\n\(layout.columns(entries, labelWidth: labelWidth))")
        }
        let examples = configuration.examples.map { example in
            let explanation = layout.paragraph(example.explanation, indentation: 6)
            return "  \(example.line)" + (explanation.isEmpty ? "" : "\n" + explanation)
        }
        if !examples.isEmpty { parts.append("Examples:\n" + examples.joined(separator: "\n")) }
        if node.isGroup { parts.append("See '\(node.name) help <command>' for one of them.") }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// What is listed, in order; a section may be empty.
    var sections: [Section] {
        let children = node.children.map(\.configuration).filter { !$0.isHidden }
        let commands = children.map { Entry($0.name, $0.abstract) }
        let definitions = node.definitions.filter { !$0.isHidden }
        let options = definitions.filter { !$0.isPositional }
        // In order of declaration, without a set's disorder.
        var titles: [String] = []
        for option in options where !option.groupTitle.isEmpty && !titles.contains(option.groupTitle) {
            titles.append(option.groupTitle)
        }
        let groups = titles.map { title in
            Section(title, options.filter { $0.groupTitle == title }.map(entry))
        }
        return [
            Section("Commands", commands + parser.builtInCommands(at: node).map { Entry($0.name, $0.abstract) }),
            Section("Arguments", definitions.filter(\.isPositional).map(entry)),
            Section("Options", options.filter { $0.groupTitle.isEmpty }.map(entry) + builtInOptions(beside: options)),
        ] + groups
    }

    private func builtInOptions(beside options: [ArgumentDefinition]) -> [Entry] {
        let help = options.contains { $0.short == "h" } ? "    --help" : "-h, --help"
        let version = parser.root.configuration.version.isEmpty ? [] : [Entry("    --version", "Print the version.")]
        let values = node.isGroup ? nil : parser.printName
        let listing =
            values.map { [Entry("    \($0)", "Print each value and where it comes from; run nothing.")] } ?? []
        return [Entry(help, "Print this help.")] + listing + version
    }

    private func entry(_ definition: ArgumentDefinition) -> Entry {
        Entry(label(of: definition), ([definition.help] + notes(on: definition)).joined(separator: " "))
    }

    private func label(of definition: ArgumentDefinition) -> String {
        let repeats = definition.isRepeated ? "..." : ""
        guard !definition.isPositional else { return definition.label + repeats }
        let short = definition.short.map { "-\($0), " } ?? "    "
        let name = definition.kind == .flag(hasInversion: true) ? "--[no-]\(definition.name)" : definition.label
        return short + name + repeats
    }

    /// What the declaration says beside the written help.
    private func notes(on definition: ArgumentDefinition) -> [String] {
        var notes: [String] = []
        if definition.takesValue || definition.isPositional {
            let allowed = definition.allowedValues.joined(separator: ", ")
            if !allowed.isEmpty && definition.valueName != "true|false" { notes.append("(one of: \(allowed))") }
            let defaults = definition.defaultTexts.joined(separator: ", ")
            if !defaults.isEmpty && !definition.isSecret {
                notes.append("(default: \(DisplayedText.withoutPassword(defaults)))")
            }
            if definition.isRequired && !definition.isPositional { notes.append("(required)") }
        } else if definition.kind == .flag(hasInversion: true) {
            notes.append("(default: \(definition.defaultTexts == ["true"] ? "on" : "off"))")
        }
        if let variable = definition.environment { notes.append(environmentNote(variable, definition)) }
        return notes
    }

    private func environmentNote(_ variable: String, _ definition: ArgumentDefinition) -> String {
        let space = TextLayout.hardSpace
        guard let value = parser.environment[variable], !value.isEmpty else { return "[env:\(space)\(variable)]" }
        return "[env:\(space)\(variable)=\(definition.isSecret ? "***" : DisplayedText.shown(value))]"
    }
}

extension CommandParser {
    func help(for node: CommandNode) -> String {
        HelpText(parser: self, node: node).text
    }
}

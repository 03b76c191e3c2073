/// Writes a manual page from what the help says.
struct ManualPageWriter {
    let help: HelpText
    let node: CommandNode
    let root: CommandNode

    var text: String {
        let configuration = node.configuration
        let version = root.configuration.version
        var lines = [
            #".TH \#(Roff.argument(node.pageName.uppercased())) 1 "" \#(Roff.argument(version)) "#
                + Roff.argument(root.name),
            ".SH NAME",
            "\(Roff.text(node.pageName)) \\- \(Roff.text(sentencePart(configuration.abstract)))",
            ".SH SYNOPSIS",
            ".B \(Roff.text(HelpText.usage(of: node)))",
        ]
        if !configuration.aliases.isEmpty {
            lines += [".PP", Roff.text("Also called: \(configuration.aliases.joined(separator: ", "))")]
        }
        lines += [".SH DESCRIPTION"] + paragraphs(configuration.abstract, isFirst: true)
        lines += paragraphs(configuration.discussion, isFirst: false)
        for (title, entries) in help.sections where !entries.isEmpty {
            lines.append(heading(title))
            for entry in entries {
                let label = entry.label.drop { $0 == " " }
                lines += [".TP", ".B \(Roff.text(String(label)))", Roff.text(entry.text)]
            }
        }
        let examples = configuration.examples.flatMap { example in
            let explanation = example.explanation.isEmpty ? [] : [".PP", Roff.text(example.explanation)]
            return explanation + [".PP", ".nf", ".RS 4", Roff.text(example.line), ".RE", ".fi"]
        }
        // A heading begins a paragraph itself.
        if !examples.isEmpty { lines += [".SH EXAMPLES"] + examples.dropFirst() }
        let relatives = relatives
        if !relatives.isEmpty {
            lines += [".SH SEE ALSO", relatives.map { "\\fB\(Roff.text($0))\\fR(1)" }.joined(separator: ", ")]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The groups of options stand below the options.
    private func heading(_ title: String) -> String {
        let isSection = ["Commands", "Arguments", "Options"].contains(title)
        return isSection ? ".SH \(title.uppercased())" : ".SS \(Roff.argument(title))"
    }

    /// The command above this one and those directly below it.
    private var relatives: [String] {
        let parent = node.path.count > 1 ? [node.path.dropLast().joined(separator: "-")] : []
        return parent + node.children.filter { !$0.configuration.isHidden }.map(\.pageName)
    }

    /// By custom, the line of a page's name is no sentence.
    private func sentencePart(_ text: String) -> String {
        let part = text.last == "." ? String(text.dropLast()) : text
        return part.prefix(1).lowercased() + part.dropFirst()
    }

    private func paragraphs(_ text: String, isFirst: Bool) -> [String] {
        let texts = text.split(separator: "\n\n").map { Roff.text(String($0)) }
        return Array(texts.flatMap { [".PP", $0] }.dropFirst(isFirst ? 1 : 0))
    }
}

/// Text for roff, in which some characters have a meaning.
enum Roff {
    /// `text` so that it is shown as it is.
    static func text(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let escaped = line.reduce(into: "") { result, character in
                switch character {
                case "\\": result += "\\e"
                // Without this, a dash becomes a hyphen, which a shell does not know when it is copied.
                case "-": result += "\\-"
                case TextLayout.hardSpace: result += "\\ "
                case "'": result += "\\(aq"
                case "`": result += "\\(ga"
                case "^": result += "\\(ha"
                case "~": result += "\\(ti"
                default: result.append(character)
                }
            }
            // A dot at the begin of a line would be a command.
            return escaped.first == "." ? "\\&" + escaped : escaped
        }.joined(separator: "\n")
    }

    /// `text` as one argument of a macro.
    static func argument(_ text: String) -> String {
        "\"\(Self.text(text).replacing("\"", with: "\\(dq"))\""
    }
}

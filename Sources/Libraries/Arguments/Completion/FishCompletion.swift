/// Makes the completion script for fish.
struct FishCompletion {
    let program: CompletionCommand

    private var function: String { "__\(program.name.functionName)_at" }

    var script: String {
        """
        # Fish completion for \(program.name). Load it from a start-up file of fish:
        #     \(program.name) completion fish | source

        # Whether the cursor stands in this command.
        function \(function)
            set -l words (commandline -opc)
            set -e words[1]
            set -l command \(quoted(program.line))
            set -l skip 0
            for word in $words
                if test $skip = 1
                    set skip 0
                    continue
                end
                switch $command
        \(program.all.map(skipping).filter { !$0.isEmpty }.joined(separator: "\n").indented(by: 12))
                end
                switch "$command $word"
        \(program.all.flatMap(descents).joined(separator: "\n").indented(by: 12))
                end
            end
            test "$command" = "$argv"
        end

        complete -c \(quoted(program.name)) -f
        \(program.all.flatMap(completions).joined(separator: "\n"))
        """
    }

    private func skipping(in command: CompletionCommand) -> String {
        guard !command.namesWithValue.isEmpty else { return "" }
        return """
            case \(quoted(command.line))
                switch $word
                    case \(command.namesWithValue.map(quoted).joined(separator: " "))
                        set skip 1
                end
            """
    }

    private func descents(from command: CompletionCommand) -> [String] {
        command.children.map { child in
            let words = ([child.name] + child.aliases).map { quoted("\(command.line) \($0)") }
            return "case \(words.joined(separator: " "))\n    set command \(quoted(child.line))"
        }
    }

    private func completions(for command: CompletionCommand) -> [String] {
        let start = "complete -c \(quoted(program.name)) -n \(quoted("\(function) \(command.line)"))"
        let children = command.children.map { "\(start) -a \(quoted($0.name)) -d \(quoted($0.abstract))" }
        let options = command.options.map { option in
            let names = option.names.map { name in
                name.hasPrefix("--")
                    ? "-l \(quoted(String(name.dropFirst(2))))" : "-s \(quoted(String(name.dropFirst())))"
            }
            let value = option.value.map { " \(action(for: $0, required: true))" } ?? ""
            return "\(start) \(names.joined(separator: " "))\(value) -d \(quoted(option.help))"
        }
        var positionals: [String] = []
        for positional in command.positionals where positional.value != .anything {
            let line = "\(start) \(action(for: positional.value, required: false))"
            if !positionals.contains(line) { positionals.append(line) }
        }
        return children + options + positionals
    }

    private func action(for value: CompletionValue, required: Bool) -> String {
        switch value {
        case .anything: required ? "-x" : ""
        case .words(let words): (required ? "-x " : "") + "-a \(quoted(words.map(escapedWord).joined(separator: " ")))"
        case .files: required ? "-r -F" : "-F"
        case .folders: (required ? "-x " : "") + "-a '(__fish_complete_directories)'"
        }
    }

    /// A word in a list that fish expands as it does command lines.
    private func escapedWord(_ word: String) -> String {
        word.reduce(into: "") { result, character in
            let isPlain = character.isLetter || character.isNumber || "_-+.,/@%:=".contains(character)
            result += isPlain ? String(character) : "\\\(character)"
        }
    }

    /// The text in single quotes, in which fish knows the backslash.
    private func quoted(_ text: String) -> String {
        "'" + text.reduce(into: "") { $0 += $1 == "'" || $1 == "\\" ? "\\\($1)" : String($1) } + "'"
    }
}

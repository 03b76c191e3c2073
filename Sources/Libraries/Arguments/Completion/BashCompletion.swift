/// Makes the completion script for bash. It needs no other package and works in version 3.2 and later.
struct BashCompletion {
    let program: CompletionCommand

    private var function: String { "_\(program.name.functionName)" }

    var script: String {
        """
        # Bash completion for \(program.name). Load it from a start-up file of bash:
        #     source <(\(program.name) completion bash)

        # Adds those of the words that begin with what was typed.
        \(function)_words() {
            local word
            for word in "$@"; do
                [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
            done
        }

        # Adds the names that compgen finds: -f for files, -d for folders.
        \(function)_names() {
            local name
            compopt -o filenames 2>/dev/null
            while IFS= read -r name; do
                COMPREPLY+=("$name")
            done < <(compgen "$1" -- "$cur")
        }

        # Tells in which command the cursor stands, and how many words there belong to no option.
        \(function)_locate() {
            local index word skip=0
            command=\(program.line.shellQuoted)
            position=0
            for ((index = 1; index < COMP_CWORD; index++)); do
                word=${COMP_WORDS[index]}
                # Bash takes the equals sign in --name=value for a word.
                if [[ $word == "=" ]]; then skip=1; continue; fi
                if ((skip)); then skip=0; continue; fi
                case "$command" in
        \(program.all.map(skipping).filter { !$0.isEmpty }.joined(separator: "\n").indented(by: 12))
                esac
                case "$command $word" in
        \(program.all.flatMap(descents).joined(separator: "\n").indented(by: 12))
                    *" -"*) ;;
                    *) ((position++)) ;;
                esac
            done
        }

        \(function)() {
            local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command position
            COMPREPLY=()
            \(function)_locate
            if [[ $cur == "=" ]]; then
                cur=""
            elif [[ $prev == "=" ]] && ((COMP_CWORD > 1)); then
                prev=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            case "$command" in
        \(program.all.map(candidates).joined(separator: "\n").indented(by: 8))
            esac
        }

        complete -F \(function) \(program.name.shellQuoted)
        """
    }

    /// The names behind which the next word is a value.
    private func skipping(in command: CompletionCommand) -> String {
        guard !command.namesWithValue.isEmpty else { return "" }
        return """
            \(command.line.shellQuoted))
                case "$word" in
                    \(pattern(command.namesWithValue))) skip=1; continue ;;
                esac
                ;;
            """
    }

    /// How each word leads from a command to one below it.
    private func descents(from command: CompletionCommand) -> [String] {
        command.children.map { child in
            let words = ([child.name] + child.aliases).map { "\(command.line) \($0)" }
            return "\(pattern(words))) command=\(child.line.shellQuoted); position=0 ;;"
        }
    }

    /// What can be completed inside a command.
    private func candidates(in command: CompletionCommand) -> String {
        var values = command.options.compactMap { option in
            option.value.map { "\(pattern(option.names))) \(action(for: $0))return ;;" }
        }
        // At a group, only the command that is yet to come knows what the value may be.
        if values.isEmpty && !command.namesWithValue.isEmpty {
            values = ["\(pattern(command.namesWithValue))) return ;;"]
        }
        let commands = command.children.map(\.name.shellQuoted).joined(separator: " ")
        let positionals = command.positionals.enumerated().map { index, positional in
            "\(positional.isRepeated ? "*" : "\(index)")) \(action(for: positional.value));;"
        }
        let options = command.options.flatMap(\.names).map(\.shellQuoted).joined(separator: " ")
        var lines: [String] = []
        if !values.isEmpty {
            lines.append("case \"$prev\" in\n\(values.joined(separator: "\n").indented(by: 4))\nesac")
        }
        if !options.isEmpty { lines.append("if [[ $cur == -* ]]; then \(function)_words \(options); return; fi") }
        if !commands.isEmpty { lines.append("\(function)_words \(commands)") }
        if !positionals.isEmpty {
            lines.append("case \"$position\" in\n\(positionals.joined(separator: "\n").indented(by: 4))\nesac")
        }
        return "\(command.line.shellQuoted))\n\(lines.joined(separator: "\n").indented(by: 4))\n    ;;"
    }

    /// The statement that adds the candidates for a value, with its end; empty if none can be known.
    private func action(for value: CompletionValue) -> String {
        switch value {
        case .anything: ""
        case .words(let words): "\(function)_words \(words.map(\.shellQuoted).joined(separator: " ")); "
        case .files: "\(function)_names -f; "
        case .folders: "\(function)_names -d; "
        }
    }

    private func pattern(_ words: [String]) -> String {
        words.map(\.shellQuoted).joined(separator: " | ")
    }
}

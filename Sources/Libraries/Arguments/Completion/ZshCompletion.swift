/// Makes the completion script for zsh: one function a command, each over the shell's own `_arguments`.
struct ZshCompletion {
    let program: CompletionCommand

    var script: String {
        """
        #compdef \(program.name)
        # Zsh completion for \(program.name). Write it to a file _\(program.name) in a folder of $fpath, or load it:
        #     source <(\(program.name) completion zsh)

        \(program.all.map(function).joined(separator: "\n\n"))

        if [[ $funcstack[1] == \(name(of: program)) ]]; then
            \(name(of: program)) "$@"
        else
            compdef \(name(of: program)) \(program.name)
        fi
        """
    }

    private func name(of command: CompletionCommand) -> String {
        "_" + command.path.map(\.functionName).joined(separator: "__")
    }

    private func function(for command: CompletionCommand) -> String {
        let options = command.options.flatMap(specifications)
        let body = command.children.isEmpty ? leafBody(command, options) : groupBody(command, options)
        return "\(name(of: command))() {\n\(body.indented(by: 4))\n}"
    }

    private func leafBody(_ command: CompletionCommand, _ options: [String]) -> String {
        let positionals = command.positionals.enumerated().map { index, positional in
            let place = positional.isRepeated ? "*" : "\(index + 1)"
            return "\(place):\(escaped(positional.name)):\(action(for: positional.value))".shellQuoted
        }
        return arguments("_arguments -s -S :", options + positionals)
    }

    private func groupBody(_ command: CompletionCommand, _ options: [String]) -> String {
        let commands = command.children.map { "\(escaped($0.name)):\(escaped($0.abstract))".shellQuoted }
        let calls = command.children.map { child in
            let words = ([child.name] + child.aliases).map(\.shellQuoted).joined(separator: " | ")
            return "\(words)) \(name(of: child)) ;;"
        }
        return """
            local context state state_descr line
            typeset -A opt_args
            \(arguments("_arguments -C -s -S :", options + ["'1:command:->command'", "'*::argument:->argument'"]))
            case $state in
                command)
                    local -a commands
                    commands=(
            \(commands.joined(separator: "\n").indented(by: 12))
                    )
                    _describe -t commands command commands
                    ;;
                argument)
                    case $words[1] in
            \(calls.joined(separator: "\n").indented(by: 12))
                    esac
                    ;;
            esac
            """
    }

    private func arguments(_ call: String, _ specifications: [String]) -> String {
        ([call] + specifications).joined(separator: " \\\n    ")
    }

    /// One specification for each name of an option; the names exclude each other unless it repeats.
    private func specifications(for option: CompletionOption) -> [String] {
        let prefix = option.isRepeated ? "*" : "(\(option.names.joined(separator: " ")))"
        return option.names.map { name in
            var specification = prefix + name
            // The marks let the value stand in the same word too: --name=value, -nvalue.
            if option.value != nil { specification += name.hasPrefix("--") ? "=" : "+" }
            specification += "[\(bracketed(option.help))]"
            if let value = option.value { specification += ":\(escaped(option.valueName)):\(action(for: value))" }
            return specification.shellQuoted
        }
    }

    private func action(for value: CompletionValue) -> String {
        switch value {
        case .anything: " "
        case .words(let words): "(\(words.map(escapedWord).joined(separator: " ")))"
        case .files: "_files"
        case .folders: "_files -/"
        }
    }

    /// Text between brackets, where a bracket cannot be escaped.
    private func bracketed(_ text: String) -> String {
        escaped(String(text.map { $0 == "[" ? "(" : $0 == "]" ? ")" : $0 }))
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == ":" || $1 == "\\" ? "\\\($1)" : String($1) }
    }

    /// A word in a list that zsh splits as it does command lines.
    private func escapedWord(_ word: String) -> String {
        word.reduce(into: "") { result, character in
            let isPlain = character.isLetter || character.isNumber || "_-+.,/@%".contains(character)
            result += isPlain ? String(character) : "\\\(character)"
        }
    }
}

extension CommandParser {
    /// Makes a script by which `shell` completes the names of commands and options, and the values of options.
    ///
    /// - Parameter shell: The shell that will load the script.
    /// - Returns: The text of the script, without a newline at its end.
    public func completionScript(for shell: Shell) -> String {
        let program = CompletionCommand(root, parser: self)
        return switch shell {
        case .bash: BashCompletion(program: program).script
        case .zsh: ZshCompletion(program: program).script
        case .fish: FishCompletion(program: program).script
        }
    }

    var completionUsage: String {
        "\(root.name) \(Self.completionCommand) <\(Shell.allowedValues.joined(separator: "|"))>"
    }

    /// How to make use of the scripts.
    var completionHelp: String {
        let command = "\(root.name) \(Self.completionCommand)"
        return """
            Print a script that makes a shell complete commands, options and their values.

            Usage: \(completionUsage)

            Examples:
              source <(\(command) bash)
                  Complete in this bash; put the line into ~/.bashrc for every one.
              source <(\(command) zsh)
                  Complete in this zsh; put the line into ~/.zshrc, behind compinit, for every one.
              \(command) fish > ~/.config/fish/completions/\(root.name).fish
                  Complete in every fish.
            """
    }
}

extension String {
    /// The text with every character that cannot stand in the name of a shell function replaced.
    var functionName: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// The text in single quotes for bash and zsh.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// Every line behind `count` spaces.
    func indented(by count: Int) -> String {
        let spaces = String(repeating: " ", count: count)
        return split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : spaces + $0 }.joined(separator: "\n")
    }
}

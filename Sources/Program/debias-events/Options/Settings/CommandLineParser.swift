import Arguments

/// The parser of this program's command lines.
enum CommandLineParser {
    static func make(environment: [String: String], width: Int = 80) -> CommandParser {
        CommandParser(
            RootCommand.self, environment: environment, settings: SettingsLoader.file, variablePrefix: "DEBIAS",
            width: width)
    }
}

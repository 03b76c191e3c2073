import Arguments

/// Prints the tables of docs/configuration.md; for scripts/configuration, which writes that page, and its test.
struct ReferenceCommand: Command {
    static let configuration = CommandConfiguration(
        name: "reference", abstract: "Prints all options of all commands as tables in Markdown.", isHidden: true)

    mutating func run() async throws {
        let parser = CommandLineParser.make(environment: [:])
        let problems = parser.declarationProblems
        guard problems.isEmpty else { throw CommandFailure(problems.joined(separator: "\n")) }
        Output.print(parser.reference + "\n")
    }
}

import Arguments
import Testing

@Suite("Declarations")
struct DeclarationCheckTests {
    @Test("that are sound have no problems")
    func sound() {
        let settings = SettingsFile(option: "config") { _ in nil }
        #expect(CommandParser.shop(settings: settings).declarationProblems == [])
    }

    @Test("that contradict themselves are found")
    func contradictions() {
        let settings = SettingsFile(option: "settings") { _ in nil }
        #expect(
            CommandParser(Muddle.self, settings: settings).declarationProblems == [
                "muddle: two commands are called 'twin'",
                "muddle: arguments of a command with subcommands are never read",
                "muddle: '-x' cannot be called",
                "muddle twin: '--no-same' is declared twice",
                "muddle twin: '-s' is declared twice",
                "muddle twin: an argument behind one that takes all the rest is never reached",
                "muddle twin: a required argument stands behind one that may be left out",
                "muddle twin: '--help' cannot be given",
                "no option --settings for the settings file is declared",
            ])
    }
}

private struct Muddle: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "muddle", abstract: "Contradict.", subcommands: [Twin.self, OtherTwin.self])

    @Flag(help: "Never read.")
    var lost = false
}

private struct Twin: Command {
    static let configuration = CommandConfiguration(name: "twin", abstract: "Contradict.")

    @Flag(short: "s", inversion: true, help: "One.")
    var same = true

    @Flag(short: "s", help: "Another.")
    var noSame = false

    @Option(help: "Not this.")
    var help: String?

    @Argument(help: "All.")
    var all: [String] = []

    @Argument(help: "None.")
    var none: String

    mutating func run() async throws {}
}

private struct OtherTwin: Command {
    static let configuration = CommandConfiguration(name: "-x", aliases: ["twin"], abstract: "Be another.")

    mutating func run() async throws {}
}

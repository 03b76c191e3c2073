import Arguments
import Testing

@Suite("A variable by rule")
struct ArgumentDefinitionVariableTests {
    private func parser(_ environment: [String: String] = [:], settings: SettingsFile? = nil) -> CommandParser {
        CommandParser(Shop.self, environment: environment, settings: settings, variablePrefix: "SHOP")
    }

    @Test("gives an option its value, is overridden by the line, and does not replace one that is declared")
    func derived() throws {
        let parser = parser(["SHOP_DATA_DIR": "d", "SHOP_HOST": "h", "SHOP_PORT": "7"])
        let serve = try parser.command(Serve.self, "serve --host line")
        #expect(serve.common.stores.dataDir == "d")
        #expect(serve.common.stores.$dataDir == .environment("SHOP_DATA_DIR"))
        #expect(serve.host == "line")
        #expect(serve.port == 7)
        #expect(try self.parser(["SHOP_SESSION_GAP": "5s"]).command(Import.self, "import x").sessionGap == .seconds(5))
    }

    @Test("shows in the help")
    func help() throws {
        guard case .help(let text) = try parser().parse(["serve", "--help"]) else { throw NotThatCommand() }
        #expect(text.contains("[env: SHOP_TIMEOUT]"))
        #expect(!text.contains("SHOP_QUIET"))
    }

    @Test("stands for no flag, of which a file may not speak either, unless its variable is declared")
    func flags() throws {
        #expect(try !parser(["SHOP_QUIET": "1"]).command(Serve.self, "serve").quiet)
        let file = SettingsFile(option: "config") { _ in
            Settings(name: "shop.json", values: ["quiet": ["true"], "json": ["true"], "quite": []])
        }
        #expect(
            parser(settings: file).problems("serve") == [
                "'quiet' in shop.json is a matter of the command line alone: --quiet",
                "unknown setting 'quite' in shop.json",
            ])
    }

    @Test("that two options would share, or that differs between commands, is a mistake of the program")
    func clashes() {
        #expect(parser().declarationProblems == [])
        #expect(
            CommandParser(Clashing.self, variablePrefix: "SHOP").declarationProblems == [
                "SHOP_PORT is the variable of several options: [\"door\", \"port\"]",
                "--words has several variables, or repeats in some commands only",
            ])
    }
}

private struct Clashing: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "clashing", abstract: "Clash.", subcommands: [First.self, Second.self])

    struct First: Command {
        static let configuration = CommandConfiguration(name: "first", abstract: "Be first.")

        @Option(help: "A port.")
        var port = 1

        @Option(help: "Words.")
        var words: [String] = []

        mutating func run() async throws {}
    }

    struct Second: Command {
        static let configuration = CommandConfiguration(name: "second", abstract: "Be second.")

        @Option(help: "A door.", environment: "SHOP_PORT")
        var door = 1

        @Option(help: "A word.")
        var words = ""

        mutating func run() async throws {}
    }
}

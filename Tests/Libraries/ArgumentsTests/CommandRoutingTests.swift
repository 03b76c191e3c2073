import Arguments
import Testing

@Suite("Finding the command")
struct CommandRoutingTests {
    private let parser = CommandParser.shop()

    private func firstLine(of line: String) throws -> String? {
        guard case .help(let text) = try parser.parse(line.split(separator: " ").map(String.init)) else { return nil }
        return text.split(separator: "\n").first.map(String.init)
    }

    @Test(
        "answers with the help of the command that was meant",
        arguments: [
            ("", "Keep a shop."), ("--help", "Keep a shop."), ("-h", "Keep a shop."), ("help", "Keep a shop."),
            ("help help", "Keep a shop."), ("help queue", "See to what waits."), ("queue -h", "See to what waits."),
            ("queue help", "See to what waits."), ("queue help list", "List what waits."),
            ("help queue list", "List what waits."), ("queue list --help", "List what waits."),
            ("queue --json list -h", "List what waits."), ("serve --port x --help", "Open the shop."),
            ("serve --host -h", "Open the shop."), ("--help nonsense", "Keep a shop."), ("help load", "Take goods in."),
            ("help completion", "Print a script that makes a shell complete commands, options and their values."),
            ("completion -h", "Print a script that makes a shell complete commands, options and their values."),
        ])
    func help(line: String, firstLine: String) throws {
        #expect(try self.firstLine(of: line) == firstLine)
    }

    @Test("takes --help behind two dashes for a value")
    func helpAsValue() throws {
        #expect(try parser.command(Import.self, "import --session-gap 1s -- --help").file == "--help")
    }

    @Test("answers with the version at every level", arguments: ["--version", "queue --version", "serve --version"])
    func version(line: String) throws {
        guard case .version(let version) = try parser.parse(line.split(separator: " ").map(String.init)) else {
            throw NotThatCommand()
        }
        #expect(version == "1.2.3")
    }

    @Test("knows no version where none is declared")
    func noVersion() {
        #expect(CommandParser(QueueList.self).problems("--version") == ["unknown option '--version'"])
    }

    @Test(
        "names the commands there are when one is missing or unknown",
        arguments: [
            ("queue", "a command is missing: list, move"),
            ("queue --limit 3", "a command is missing: list, move"),
            ("-- serve", "a command is missing: serve, import, queue"),
            ("close", "unknown command 'close'; there are serve, import, queue"),
            ("queue lsit", "unknown command 'lsit'; did you mean 'list'?"),
            ("imoprt x", "unknown command 'imoprt'; did you mean 'import'?"),
            ("help qeue", "unknown command 'qeue'; did you mean 'queue'?"),
            ("secretiv", "unknown command 'secretiv'; there are serve, import, queue"),
            ("completoin bash", "unknown command 'completoin'; did you mean 'completion'?"),
            ("completion", "a shell is needed: bash, zsh, fish"),
            ("completion fsh", "a shell is needed: bash, zsh, fish; did you mean 'fish'?"),
            ("--prot 3 serve", "unknown option '--prot'; did you mean '--port'?"),
            ("--port 3 queue list", "unknown option '--port'"),
        ])
    func missingAndUnknown(line: String, problem: String) {
        #expect(parser.problems(line) == [problem])
    }

    @Test("says in errors how the command is used that was meant")
    func usage() {
        let queue = #expect(throws: UsageError.self) { try parser.parse(["queue"]) }
        #expect(
            queue?.description == """
                error: a command is missing: list, move
                usage: shop queue <command>
                see 'shop queue --help'
                """)
        let load = #expect(throws: UsageError.self) { try parser.parse(["load", "--session-gpa=3s"]) }
        #expect(
            load?.description == """
                error: unknown option '--session-gpa'; did you mean '--session-gap'?
                usage: shop import --session-gap <duration> [options] <file> [<others>...]
                see 'shop import --help'
                """)
        let completion = #expect(throws: UsageError.self) { try parser.parse(["completion", "ksh"]) }
        #expect(completion?.usage == "shop completion <bash|zsh|fish>")
        #expect(UsageError.exitStatus == 2)
    }
}

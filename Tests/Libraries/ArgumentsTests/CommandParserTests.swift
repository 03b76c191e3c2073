import Arguments
import Testing

@Suite("A command parser")
struct CommandParserTests {
    private let parser = CommandParser.shop()

    @Test("gives every property its default where the line is silent")
    func defaults() throws {
        let serve = try parser.command(Serve.self, "serve")
        #expect(serve.host == "127.0.0.1")
        #expect(serve.port == 8000)
        #expect(serve.timeout == .seconds(30))
        #expect(serve.workers)
        #expect(serve.verbosity == 0)
        #expect(!serve.quiet)
        #expect(serve.common.stores.broker == nil)
        #expect(serve.common.stores.dataDir == "./shop-data")
        #expect(serve.$port == .declaration)
    }

    @Test(
        "reads the value of an option in every form",
        arguments: [
            "serve --port 90", "serve --port=90", "serve -p 90", "serve -p90", "serve -p=90", "serve -vvp 90",
            "serve --port 1 --port 90", "--port 90 serve", "-p 90 serve", "--json --port=90 serve",
        ])
    func optionForms(line: String) throws {
        let serve = try parser.command(Serve.self, line)
        #expect(serve.port == 90)
        #expect(serve.$port == .commandLine)
    }

    @Test("keeps everything behind the first equals sign as the value, also nothing and dashes")
    func equalsSigns() throws {
        #expect(try parser.command(Serve.self, ["serve", "--host=a=b=c"]).host == "a=b=c")
        #expect(try parser.command(Serve.self, ["serve", "--host="]).host == "")
        #expect(try parser.command(Serve.self, ["serve", "--host=--port"]).host == "--port")
        #expect(try parser.command(Serve.self, ["serve", "--host", ""]).host == "")
        #expect(try parser.command(Serve.self, ["serve", "--host", "-"]).host == "-")
    }

    @Test("counts flags, inverts them, and lets the last one win")
    func flags() throws {
        #expect(try parser.command(Serve.self, "serve -vvv --verbosity").verbosity == 4)
        #expect(try !parser.command(Serve.self, "serve --no-workers").workers)
        #expect(try parser.command(Serve.self, "serve --no-workers --workers").workers)
        let quiet = try parser.command(Serve.self, "serve -q --json")
        #expect(quiet.quiet)
        #expect(quiet.common.json)
        #expect(quiet.common.$json == .commandLine)
    }

    @Test("takes arguments by place, with options anywhere between them")
    func positionals() throws {
        let load = try parser.command(
            Import.self, "import --json a.csv --type view b.csv -t cart --session-gap 30m c.csv --share .5")
        #expect(load.file == "a.csv")
        #expect(load.others == ["b.csv", "c.csv"])
        #expect(load.kinds == [.view, .cart])
        #expect(load.sessionGap == .seconds(1800))
        #expect(load.share == 0.5)
    }

    @Test("takes negative numbers and a lone dash for values, and everything behind two dashes")
    func dashes() throws {
        #expect(try parser.command(QueueMove.self, "queue move -5").places == -5)
        #expect(try parser.command(QueueList.self, "queue list --limit -3").limit == -3)
        #expect(try parser.command(Import.self, "import --session-gap 1s --share -.5 -").share == -0.5)
        let load = try parser.command(Import.self, "import --session-gap 1s -- --json -x --")
        #expect(load.file == "--json")
        #expect(load.others == ["-x", "--"])
        #expect(!load.common.json)
    }

    @Test("finds nested commands and commands by their aliases")
    func commands() throws {
        #expect(try parser.command(QueueList.self, "queue list -n 3 -k cart").limit == 3)
        #expect(try parser.command(QueueList.self, "-n 3 queue -k cart list").kind == .cart)
        #expect(try parser.command(Import.self, "load x --session-gap 1s").file == "x")
        #expect(try parser.command(Secretive.self, "secretive --key 3").key == 3)
    }

    @Test("makes commands whose copies do not share what the program assigns")
    func copies() throws {
        let original = try parser.command(Serve.self, "serve --port 1")
        var copy = original
        copy.port = 2
        copy.common.json = true
        #expect(original.port == 1)
        #expect(!original.common.json)
        #expect(copy.port == 2)
        #expect(copy.common.json)
        #expect(try parser.command(Serve.self, "serve").port == 8000)
    }

    @Test("reads a program of a single command")
    func singleCommand() throws {
        let parser = CommandParser(QueueMove.self)
        #expect(try parser.command(QueueMove.self, "3 cart").kind == .cart)
        #expect(parser.problems("") == ["missing argument: <places>"])
        #expect(
            parser.problems("3 help") == [
                "invalid value 'help' for <kind>: expected one of "
                    + "view, cart, purchase, remove_from_cart"
            ])
    }

    @Test("runs the command that it made")
    func run() async throws {
        guard case .run(var command) = try parser.parse(["queue", "move", "1"]) else { throw NotThatCommand() }
        try await command.run()
        #expect(command is QueueMove)
    }
}

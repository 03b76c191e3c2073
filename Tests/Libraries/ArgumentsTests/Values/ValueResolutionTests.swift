import Arguments
import Testing

@Suite("The value of an argument")
struct ValueResolutionTests {
    /// Settings that are there whether or not a path is given.
    private func settings(_ values: [String: [String]]) -> SettingsFile {
        SettingsFile(option: "config") { path in Settings(name: path ?? "shop.json", values: values) }
    }

    @Test(
        "comes from the command line before the environment, from that before the file, and last from the declaration")
    func precedence() throws {
        let environment = ["SHOP_PORT": "2"]
        let file = settings(["port": ["3"]])
        let both = CommandParser.shop(environment: environment, settings: file)
        let line = try both.command(Serve.self, "serve --port 1")
        #expect(line.port == 1)
        #expect(line.$port == .commandLine)
        let variable = try both.command(Serve.self, "serve")
        #expect(variable.port == 2)
        #expect(variable.$port == .environment("SHOP_PORT"))
        let setting = try CommandParser.shop(settings: file).command(Serve.self, "serve --config my.json")
        #expect(setting.port == 3)
        #expect(setting.$port == .settings("my.json"))
        #expect(try CommandParser.shop(settings: settings([:])).command(Serve.self, "serve").$port == .declaration)
    }

    @Test("comes from no empty variable")
    func emptyVariable() throws {
        let serve = try CommandParser.shop(environment: ["SHOP_PORT": ""]).command(Serve.self, "serve")
        #expect(serve.$port == .declaration)
    }

    @Test("comes from the environment without the white space around it, which files leave there")
    func whiteSpace() throws {
        let serve = try CommandParser.shop(environment: ["SHOP_PORT": " 7\r\n"]).command(Serve.self, "serve")
        #expect(serve.port == 7)
        let blank = try CommandParser.shop(environment: ["SHOP_PORT": " \n"]).command(Serve.self, "serve")
        #expect(blank.$port == .declaration)
        let parser = CommandParser(ListCommand.self, environment: ["WORDS": "a b , c\n"])
        #expect(try parser.command(ListCommand.self, "").words == ["a b", "c"])
    }

    @Test("is read for flags, inverted flags, counters and repeated options from a file too")
    func allKindsFromFile() throws {
        let parser = CommandParser.shop(
            environment: ["SHOP_JSON": "1"],
            settings: settings([
                "workers": ["false"], "verbosity": ["3"], "type": ["cart", "view"], "session-gap": ["5s"],
            ]))
        let serve = try parser.command(Serve.self, "serve")
        #expect(!serve.workers)
        #expect(serve.verbosity == 3)
        #expect(serve.common.json)
        let load = try parser.command(Import.self, "import x")
        #expect(load.kinds == [.cart, .view])
        #expect(load.sessionGap == .seconds(5))
        #expect(try parser.command(Import.self, "import x -t purchase").kinds == [.purchase])
    }

    @Test("of a repeated option is separated by commas in the environment")
    func lists() throws {
        let parser = CommandParser(ListCommand.self, environment: ["WORDS": "a,b"])
        #expect(try parser.command(ListCommand.self, "").words == ["a", "b"])
        #expect(try parser.command(ListCommand.self, "--words c,d").words == ["c,d"])
        #expect(
            CommandParser(ListCommand.self).problems("") == ["missing argument: --words <text> (or WORDS)"])
        #expect(
            CommandParser(ListCommand.self, environment: ["WORDS": ","]).problems("")
                == ["missing argument: --words <text> (or WORDS)"])
    }

    @Test("is asked for, all missing ones at once, and beside what is invalid")
    func missing() {
        let parser = CommandParser.shop()
        #expect(parser.problems("import") == ["missing arguments: <file>, --session-gap <duration>"])
        #expect(
            parser.problems("import --share much --type veiw") == [
                "invalid value 'veiw' for --type: expected one of view, cart, purchase, remove_from_cart; "
                    + "did you mean 'view'?",
                "invalid value 'much' for --share: expected a number",
                "missing arguments: <file>, --session-gap <duration>",
            ])
    }

    @Test("is named with its place when it is invalid")
    func invalid() {
        let variable = CommandParser.shop(environment: ["SHOP_PORT": "70000"])
        #expect(
            variable.problems("serve") == [
                "invalid value '70000' for --port, from SHOP_PORT in the environment: "
                    + "expected a whole number from 0 to 65535"
            ])
        let file = CommandParser.shop(settings: settings(["timeout": ["soon"]]))
        #expect(
            file.problems("serve --config=a.json") == [
                "invalid value 'soon' for --timeout, from 'timeout' in a.json: "
                    + "expected a duration such as 30m, 5s, 250ms or 1h30m"
            ])
        #expect(
            CommandParser.shop().problems("queue move up") == [
                "invalid value 'up' for <places>: expected a whole number from \(Int.min) to \(Int.max)"
            ])
    }

    @Test("is not shown when it is secret")
    func secrets() {
        let parser = CommandParser(SecretCommand.self, environment: ["PIN": "hunter2"])
        #expect(
            parser.problems("") == [
                "invalid value for --pin, from PIN in the environment: expected a whole number from 0 to 65535"
            ])
        #expect(parser.problems("--pin=x9") == ["invalid value for --pin: expected a whole number from 0 to 65535"])
    }

    @Test("comes from the file that the option or its variable names; settings that cannot be read are an error")
    func loading() throws {
        let file = SettingsFile(option: "config") { path in
            guard let path else { return nil }
            guard path == "good" else { throw ValidationError("cannot read \(path)") }
            return Settings(name: path, values: ["host": ["h"]])
        }
        let parser = CommandParser.shop(settings: file)
        #expect(try parser.command(Serve.self, "serve --config good").host == "h")
        #expect(try parser.command(Serve.self, "serve").host == "127.0.0.1")
        #expect(parser.problems("serve --config bad") == ["cannot read bad"])
    }

    @Test("in a file is refused when no command has an argument of that name, but not when another command has")
    func unknownSettings() throws {
        let parser = CommandParser.shop(settings: settings(["prot": ["1"], "file": ["x"], "limit": ["1"]]))
        #expect(
            parser.problems("serve") == [
                "unknown setting 'file' in shop.json", "unknown setting 'prot' in shop.json; did you mean 'port'?",
            ])
    }

    @Test("is checked together with others once each is read")
    func validation() {
        let parser = CommandParser.shop()
        #expect(parser.problems("serve -q -v") == ["--quiet and --verbosity exclude each other"])
        #expect(parser.problems("serve -q -v --port x").count == 1)
        #expect(
            CommandParser(GroupedCommand.self).problems("--low 5 --high 3") == [
                "--low is above --high", "the command does not like 5",
            ])
        #expect(CommandParser(GroupedCommand.self).problems("--low 2 --high 3") == [])
    }
}

private struct ListCommand: Command {
    static let configuration = CommandConfiguration(name: "list", abstract: "List.")

    @Option(help: "Words.", environment: "WORDS")
    var words: [String]

    mutating func run() async throws {}
}

private struct SecretCommand: Command {
    static let configuration = CommandConfiguration(name: "secret", abstract: "Keep a secret.")

    @Option(help: "The number.", environment: "PIN", secret: true)
    var pin: UInt16

    mutating func run() async throws {}
}

private struct RangeOptions: ArgumentGroup {
    @Option(help: "The lower bound.")
    var low = 0

    @Option(help: "The upper bound.")
    var high = 10

    // The three ways to write it are each called: this one, without `mutating`, and with the error's type.
    mutating func validate() throws {
        if low > high { throw ValidationError("--low is above --high") }
    }
}

private struct GroupedCommand: Command {
    static let configuration = CommandConfiguration(name: "grouped", abstract: "Check.")

    @OptionGroup
    var range: RangeOptions

    func validate() throws {
        if range.low == 5 { throw ValidationError("the command does not like 5") }
    }

    mutating func run() async throws {}
}

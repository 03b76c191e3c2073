import Arguments
import TestSupport
import Testing

@Suite("Any command line")
struct RandomCommandLineTests {
    private static let words = [
        "serve", "import", "load", "queue", "list", "move", "help", "completion", "bash", "secretive", "--", "-", "",
        "--port", "--port=1", "-p", "-p1", "-vq", "-vvp", "--no-workers", "--workers=1", "--type", "view", "veiw",
        "--type=cart", "-t", "--session-gap", "5s", "-5", "-.", "-.5", "--=", "-=", "--=x", "---", "--version",
        "--help", "-h", "--limit", "99999999999999999999", "é", "-é", "--é=ü", "\u{0}", "\u{1b}[2J", "👩‍👩‍👧", "-👩‍👩‍👧", "a=b",
    ]

    @Test("is answered or refused with a reason, and never traps", arguments: 0..<8 as Range<UInt64>)
    func neverTraps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parser = CommandParser.shop(
            environment: ["SHOP_PORT": seed % 2 == 0 ? "1" : "x", "SHOP_JSON": seed % 3 == 0 ? "" : "yes"],
            settings: SettingsFile(option: "config") { path in
                path == nil ? nil : Settings(name: "file", values: ["port": [], "type": ["view"], "json": ["no"]])
            })
        for _ in 0..<400 {
            let line = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Self.words.randomElement(using: &random) ?? ""
            }
            do throws(UsageError) {
                if case .run(let command) = try parser.parse(line) { read(command) }
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { !$0.isEmpty && !$0.contains("\u{1b}") })
                #expect(error.command.hasPrefix("shop"))
            }
        }
    }

    @Test("is the same command with its options before or behind the arguments", arguments: 0..<4 as Range<UInt64>)
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let options = [["--json"], ["-t", "cart"], ["--share=2"], ["--session-gap", "3s"]]
        for _ in 0..<50 {
            var pieces = options + [["a"], ["b"]]
            pieces.shuffle(using: &random)
            let load = try CommandParser.shop().command(Import.self, ["import"] + pieces.flatMap { $0 })
            #expect(Set([load.file] + load.others) == ["a", "b"])
            #expect(load.common.json)
            #expect(load.kinds == [.cart])
            #expect(load.share == 2)
            #expect(load.sessionGap == .seconds(3))
        }
    }

    /// Reads every property, which traps where the parser left one without a value.
    private func read(_ command: any Command) {
        switch command {
        case let serve as Serve: _ = (serve.host, serve.port, serve.timeout, serve.workers, serve.common.json)
        case let load as Import: _ = (load.file, load.others, load.kinds, load.sessionGap, load.share)
        case let list as QueueList: _ = (list.limit, list.kind)
        case let move as QueueMove: _ = (move.places, move.kind)
        case let secretive as Secretive: _ = secretive.key
        default: Issue.record("no command of the program: \(command)")
        }
    }
}

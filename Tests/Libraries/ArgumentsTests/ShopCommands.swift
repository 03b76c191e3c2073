import Arguments

/// A small program with all kinds of declarations, as the tests' subject.
struct Shop: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "shop", abstract: "Keep a shop.",
        discussion: """
            Goods come in by import and go out by serve.

            Nothing is ever lost.
            """,
        examples: [
            CommandExample("shop serve --port 0", "Open on a free port."),
            "shop queue list",
        ],
        version: "1.2.3",
        subcommands: [Serve.self, Import.self, Queue.self, Secretive.self])
}

struct StoreOptions: ArgumentGroup {
    @Option(help: "Where the broker is.", valueName: "url", environment: "SHOP_BROKER")
    var broker: String?

    @Option(help: "The broker's password.", environment: "SHOP_PASSWORD", secret: true)
    var password: String = "guest"

    @Option(help: "Where everything is kept.", valueName: "folder", completion: .directory)
    var dataDir = "./shop-data"
}

struct CommonOptions: ArgumentGroup {
    @Option(help: "A file with settings.", valueName: "file", completion: .file)
    var config: String?

    @Flag(help: "Print JSON.", environment: "SHOP_JSON")
    var json = false

    @OptionGroup(title: "Stores")
    var stores: StoreOptions
}

struct Serve: Command {
    static let configuration = CommandConfiguration(
        name: "serve", abstract: "Open the shop.",
        examples: [CommandExample("shop serve --port 0", "Open on a free port.")])

    @Option(help: "The address to listen on.", valueName: "address")
    var host = "127.0.0.1"

    @Option(short: "p", help: "The port to listen on; 0 picks one.", environment: "SHOP_PORT")
    var port: UInt16 = 8000

    @Option(help: "How long a guest may stay.")
    var timeout: Duration = .seconds(30)

    @Flag(inversion: true, help: "Employ workers.")
    var workers = true

    @Flag(short: "v", help: "Say more; may be repeated.")
    var verbosity = 0

    @Flag(short: "q", help: "Say less.")
    var quiet = false

    @OptionGroup
    var common: CommonOptions

    func validate() throws(ValidationError) {
        if quiet && verbosity > 0 { throw ValidationError("--quiet and --verbosity exclude each other") }
    }

    mutating func run() async throws {}
}

enum Kind: String, CaseIterable, ArgumentValue {
    case view, cart, purchase
    case removeFromCart = "remove_from_cart"
}

struct Import: Command {
    static let configuration = CommandConfiguration(
        name: "import", aliases: ["load"], abstract: "Take goods in.")

    @Argument(help: "The file with the goods; - for standard input.", completion: .file)
    var file: String

    @Argument(help: "More files.", completion: .file)
    var others: [String] = []

    @Option(name: "type", short: "t", help: "Only goods of this kind.")
    var kinds: [Kind] = []

    @Option(help: "The time between two sessions.")
    var sessionGap: Duration

    @Option(help: "The share that is taken.")
    var share: Double?

    @OptionGroup
    var common: CommonOptions

    mutating func run() async throws {}
}

struct Queue: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "queue", abstract: "See to what waits.", subcommands: [QueueList.self, QueueMove.self])
}

struct QueueList: Command {
    static let configuration = CommandConfiguration(name: "list", abstract: "List what waits.")

    @Option(short: "n", help: "How many at most.")
    var limit = 20

    @Option(short: "k", help: "Only of this kind.")
    var kind: Kind?

    @OptionGroup
    var common: CommonOptions

    mutating func run() async throws {}
}

struct QueueMove: Command {
    static let configuration = CommandConfiguration(name: "move", abstract: "Move what waits.")

    @Argument(help: "By how many places.")
    var places: Int

    @Argument(help: "Of which kind.")
    var kind: Kind = .view

    mutating func run() async throws {}
}

struct Secretive: Command {
    static let configuration = CommandConfiguration(name: "secretive", abstract: "Not for all.", isHidden: true)

    @Option(help: "Not for all.", hidden: true)
    var key: Int?

    mutating func run() async throws {}
}

extension CommandParser {
    /// The parser for `Shop`.
    static func shop(
        environment: [String: String] = [:], settings: SettingsFile? = nil, width: Int = 80
    ) -> CommandParser {
        CommandParser(Shop.self, environment: environment, settings: settings, width: width)
    }

    /// The command of type `Expected` that `line`, split at spaces, asks for.
    func command<Expected: Command>(_ type: Expected.Type, _ line: String) throws -> Expected {
        try command(type, line.split(separator: " ").map(String.init))
    }

    func command<Expected: Command>(_ type: Expected.Type, _ words: [String]) throws -> Expected {
        guard case .run(let command) = try parse(words), let expected = command as? Expected else {
            throw NotThatCommand()
        }
        return expected
    }

    /// What is wrong with `line`, split at spaces; empty if nothing is.
    func problems(_ line: String) -> [String] {
        do throws(UsageError) {
            _ = try parse(line.split(separator: " ").map(String.init))
            return []
        } catch {
            return error.problems
        }
    }
}

struct NotThatCommand: Error {}
